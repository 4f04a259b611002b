package dev.maintainer.simulator.invariant;

/**
 * What must hold in every simulated world. The numbers are those of the specifications' lists of invariants: S and L of
 * lifecycle and cluster, I of the maintainer's internals.
 */
public enum Invariant {
    /** A maintainer that is being removed does nothing but close its trigger. */
    QUIET_AFTER_QUIESCE("S36-S38 I-33 I-37", "after quiesce nothing leaves but the close of the trigger"),
    /** The gate is the last resort; whoever asks it for something forbidden has a bug. */
    NOTHING_FOR_THE_GATE("S36 I-33", "nobody asks the gate for what the policy forbids"),
    /** A maintainer that has said its last word is gone. */
    SILENT_AFTER_CLOSE("S42 S47", "a closed maintainer says nothing"),
    /** One ownership, one node. */
    ONE_OWNER_PER_EPOCH("S2 S15", "one maintainer at most acts under an epoch"),
    /** An epoch that is not durable could be given away twice. */
    EPOCH_DURABLE_FIRST("S1", "an epoch is durable before anybody hears of it, and never goes back"),
    /** A worker that knows an ownership does nothing for older ones. */
    WORKER_FENCED("S5 S6 S7", "a worker that has accepted an epoch does nothing for an older one"),
    /** Promises and durable checkpoints only rise. */
    CHECKPOINT_MONOTONIC("S26 S35 S48 I-13", "a checkpoint never goes back"),
    /** What was resolved once stays so, also if the source is opened again. */
    RESOLVED_MONOTONIC("S26", "what is resolved of a source never goes back"),
    /** A checkpoint says that everything before it is durable. */
    CHECKPOINT_HONEST("S27-S34 S40 I-39-I-42", "no checkpoint above what is durable"),
    /** A sink that is ahead of its redo log could not be restored to one moment. */
    REDO_FIRST("S33 84", "nothing is written to the sink before the redo log has it and has durably promised it"),
    /** What a redo log promises is what people restore from. */
    REDO_HONEST("S33 84", "the redo log durably promises only what is durable, and never takes that back"),
    /** A DDL, or a snapshot, that half of the tables have passed is neither before nor after. */
    BARRIER_HOLDS(
            "I-43-I-49 I-71",
            "an event is executed when all before it is durable, and nothing behind it is before that"),
    /** A dispatcher starts where its predecessor was durable, or before. */
    NO_GAP("S21 S34", "nothing is skipped"),
    /** Replays are harmless, two writers are not. */
    ONE_WRITER("S17 S20 I-18", "at most one dispatcher writes a table"),
    /** Metadata go last. */
    DELETED_LAST("S54 L6", "metadata are deleted after the last dispatcher has stopped"),
    /** The registry and its indexes agree. */
    REGISTRY_CONSISTENT("I-1-I-8 I-28 I-75", "registry, indexes and tracker agree"),
    /** Operators are where they belong. */
    OPERATORS_CONSISTENT("I-15-I-31", "one operator per dispatcher, finished once"),
    /** The worker's books agree. */
    WORKER_CONSISTENT("S49-S53", "the worker's journal, dispatchers and tombstones agree"),
    /** Statuses from before a request must not be taken for its answer. */
    EXECUTED_WAS_ASKED("S51 I-26", "no heartbeat says that more was executed than its owner asked of that node"),
    /** The coordinator's books agree. */
    OWNERSHIP_CONSISTENT("S1 S13", "one placement per changefeed, no epoch above the durable one"),
    /** No silent drop. */
    DISPOSITIONS_ADD_UP("N-09", "every message has exactly one disposition"),
    /** Order returns with peace: one owner, every table covered once, the checkpoint follows. */
    CONVERGES("S18 I-11 I-63-I-69 L1-L8", "after the last fault everything settles in time, and stays so"),
    /** Whoever waits, waits. */
    NO_BUSY_LOOP("I-31 I-38 I-62 L9", "nothing is repeated without a pause"),
    /** Who is told that a node is empty stops it. */
    DRAINED_IS_EMPTY("S59 S56 I-55 I-66", "a node that is called empty is empty"),
    /** Whoever is expelled needlessly is one death more, and its tables move. */
    EXPELLED_WAS_SILENT("L-20 UP-20", "nobody is expelled who was heard a moment ago"),
    /** Whoever hears nobody judges wrongly, and nothing moves; whoever gives up for nothing leads nobody. */
    LEADER_HEARS_MEMBERS("UP-20 L-20", "a leader that hears fewer than half of the members gives up, and no other one"),
    /** Bounded memory. */
    QUEUES_BOUNDED("L9", "no queue grows for ever"),
    /** A session holds a copy of all spans. */
    PLANNERS_BOUNDED("L9 I-57", "no planner's session outlives the maintainer that it plans for"),
    /** Deltas are for those who know what was before. */
    PLANNERS_INFORMED("I-57", "a planner that is behind is told everything anew"),
    /** A scheduler that fails now and then is not taken its work away. */
    DEGRADED_IN_TURN("I-62", "a scheduler is degraded after so many faults in a row, and healthy after a good round"),
    /** Whoever begins everything at once finishes nothing. */
    LIMITS_KEPT("I-20 I-55", "no more operators are begun than may be under way"),
    /** The one thing that a lease is for. */
    REMOVED_IS_SILENT("S5 S17 S20", "a node that was removed from the roster can write nothing"),
    /** Whoever was deposed may not know it; the store does. */
    LEADER_FENCED("S11", "a leader's write takes effect under its own epoch only"),
    /** The books of the cluster. */
    ROSTER_CONSISTENT("S2 S13", "leader epochs and rosters rise by one, and nobody comes back under an old id"),
    /** An answer that was lost is found out, not guessed. */
    OUTCOMES_TRUE("S1", "what a leader is told of its write is what became of it"),
    /** Whoever exits although it could go on is one death more. */
    LOST_WAS_TOLD("UP-20", "a process gives up only if the store says that it must"),
    /** Bounded logs. */
    LOGS_BOUNDED("N-11", "log lines stay within their budget"),
    /** Production code does not throw at its host. */
    NOTHING_THROWS("L9", "no input makes production code throw"),
    /** What a journal of the inputs says can be done again. */
    REPLAYABLE("I-80", "the same inputs give the same commands");

    private final String numbers;
    private final String statement;

    Invariant(String numbers, String statement) {
        this.numbers = numbers;
        this.statement = statement;
    }

    /** The numbers in the specifications, separated by blanks. */
    public String numbers() {
        return numbers;
    }

    /** What must hold, in a few words. */
    public String statement() {
        return statement;
    }
}
