package dev.maintainer.simulator.incident;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** A kind of day in the life of a cluster. Draws the same incidents for the same seed, on any machine. */
public enum Workload {
    /** Days like most: a few schema changes, a move now and then, a node that comes or goes. */
    STEADY(60, 4, 10, false),
    /** Hundreds of tables at once, while nodes join. */
    MASS_BOOTSTRAP(15, 4, 200, false),
    /** One handoff after the other, schema changes in between. */
    HANDOFF_STORM(40, 4, 6, true),
    /** Away and back again, faster than the first handoff takes. */
    BACK_AND_FORTH(40, 3, 6, true),
    /** Every node goes and comes back under a new name, one after the other. */
    ROLLING_RESTART(30, 4, 10, true),
    /** Leases end and nodes stand still, again and again. */
    FLAPPING(25, 5, 8, true),
    /** The coordinator, the owner or the target dies at some step of a handoff. */
    CRASH_IN_HANDOFF(30, 4, 6, true),
    /** The owner stands still across a handoff, and comes back believing that it still is the owner. */
    ZOMBIE_OWNER(30, 4, 6, true),
    /** Tables are created and dropped in bursts, with handoffs in between. */
    TABLE_STORM(25, 4, 6, true),
    /** Dispatchers fail and move, and what workers say of them arrives late and at once. */
    LATE_WORDS(12, 3, 150, true),
    /** Nodes join, get tables, and lose those who had heard of them. */
    LOST_MEMORY(20, 4, 8, true),
    /** Cuts, partitions, isolation and slow links around handoffs. */
    PARTITIONS(25, 5, 8, true),
    /** The changefeed is removed, and sometimes made again, amid faults. */
    REMOVAL(15, 4, 6, true),
    /** Planners throw, hang, are late and talk nonsense, and people swap them, while nodes and tables come and go. */
    PLANNER_TROUBLE(25, 4, 10, true),
    /** Tables are split and merged all the time, while the maintainer moves, nodes come and go and tables are dropped. */
    DIVISION(20, 4, 5, true),
    /** Nodes are emptied and stopped, one after the other, while the maintainer moves and other nodes come and go. */
    DRAIN(30, 5, 20, true),
    /** A redo log is kept, which the sink must not overtake, while the maintainer moves and nodes come and go. */
    REDO(25, 4, 6, true),
    /** The maintainer moves, or somebody dies, whenever dispatchers wait for one another. */
    BLOCK_EVENTS(25, 4, 6, true),
    /** Anything. */
    SWARM(20, 4, 10, true),
    /** Several changefeeds share the nodes, which come and go and are emptied; each moves, pauses and ends on its own. */
    CHANGEFEEDS(15, 4, 4, true),
    /**
     * Leases, roster, leadership and the leader's writes over a store whose answers get lost and whose sessions end, while
     * processes stand still, die, come back and are expelled. There is no changefeed in these worlds.
     */
    MEMBERSHIP(40, 5, 1, true),
    /**
     * Whole nodes in processes that find out by themselves, over the same store, who is a member and who leads: everything that
     * happens in the two before.
     */
    CLUSTER(30, 5, 6, true),
    /** Nodes read rows from logs, which end and are opened again, while the maintainer moves and nodes come and go. */
    SOURCE_ENDS(25, 4, 5, true),
    /**
     * Nodes read rows from logs that go on, whatever happens: tables are split, merged and moved, the maintainer moves, and
     * dispatchers stop at DDLs and sync points.
     */
    LIVE_SOURCE(20, 4, 5, true);

    /** More than are ever under way in a world. */
    public static final int PRODUCTION_IN_FLIGHT = 1_000;

    private static final int OUTAGE_PACE = 10_000;
    private static final int BY_HAND_PACE = 6_000;

    /** Incidents in the making. */
    private static final class Draft {
        final SplittableRandom random;
        final long end;
        final List<Incident> incidents = new ArrayList<>();
        long at;

        Draft(SplittableRandom random, long durationMillis) {
            this.random = random;
            this.end = durationMillis;
            this.at = random.nextInt(3_000);
        }

        int below(int bound) {
            return random.nextInt(bound);
        }

        boolean chance(double probability) {
            return random.nextDouble() < probability;
        }

        /** Lets time pass: half of {@code meanMillis} to one and a half of it. False at the end of the day. */
        boolean wait(int meanMillis) {
            at += 1 + meanMillis / 2 + below(meanMillis);
            return at < end;
        }

        void add(IncidentKind kind, int second, int millis) {
            incidents.add(new Incident(at, kind, below(64), second, millis));
        }

        void tables(IncidentKind kind, int count) {
            incidents.add(new Incident(at, kind, count, 0, 0));
        }

        /** These and others, in the order of time. */
        List<Incident> with(List<Incident> others) {
            incidents.addAll(others);
            return incidents.stream()
                    .sorted(Comparator.comparingLong(Incident::atMillis))
                    .toList();
        }
    }

    private final int seconds;
    private final int nodes;
    private final int tables;
    private final boolean faulty;

    Workload(int seconds, int nodes, int tables, boolean faulty) {
        this.seconds = seconds;
        this.nodes = nodes;
        this.tables = tables;
        this.faulty = faulty;
    }

    /** For how long incidents happen, if nobody says otherwise. */
    public long defaultMillis() {
        return seconds * 1_000L;
    }

    /** About how many nodes, if nobody says otherwise. */
    public int defaultNodes() {
        return nodes;
    }

    /** About how many tables at the beginning, if nobody says otherwise. */
    public int defaultTables() {
        return tables;
    }

    /** The faults in the background. */
    public FaultMix faults(SplittableRandom random) {
        FaultMix drawn = FaultMix.draw(random);
        if (this == LATE_WORDS) {
            return FaultMix.NONE
                    .with(FaultKind.DUPLICATION, drawn.probability(FaultKind.DUPLICATION))
                    .with(FaultKind.SLOWNESS, 0.08)
                    .with(FaultKind.DISPATCHER_FAILURE, 0.004)
                    .with(FaultKind.RESTLESSNESS, 0.5)
                    .withSlowTimers(false);
        }
        if (this == LOST_MEMORY) {
            return FaultMix.NONE
                    .with(FaultKind.DUPLICATION, drawn.probability(FaultKind.DUPLICATION))
                    .with(FaultKind.SLOWNESS, 0.3)
                    .with(FaultKind.RESTLESSNESS, 0.5)
                    .withSlowTimers(drawn.slowTimers());
        }
        if (this == PLANNER_TROUBLE) {
            return (random.nextBoolean() ? FaultMix.NONE : drawn)
                    .with(FaultKind.PLANNER_FAULT, random.nextInt(8) / 10.0);
        }
        return faulty || random.nextInt(4) == 0 ? drawn : FaultMix.NONE;
    }

    /** How often planners split and merge, in the background as well. */
    public double dividing(SplittableRandom random) {
        return this == DIVISION || this == LIVE_SOURCE
                ? 0.2 + random.nextInt(7) / 10.0
                : random.nextInt(5) < 4 ? 0 : 0.2;
    }

    /** How often planners' sessions are lost, in the background as well. */
    public double forgetting(SplittableRandom random) {
        return random.nextInt(this == PLANNER_TROUBLE ? 2 : 5) == 0 ? 0.1 : 0;
    }

    /** Incidents, and in one world of five a store that is down for seconds, a few times. */
    public List<Incident> withOutages(SplittableRandom random, long durationMillis, List<Incident> incidents) {
        Draft draft = new Draft(random, durationMillis);
        boolean fails = draft.chance(0.2);
        while (fails && draft.wait(OUTAGE_PACE)) {
            draft.add(IncidentKind.STORE_DOWN, 0, 2_000 + draft.below(6_000));
        }
        return draft.with(incidents);
    }

    /**
     * How many operators may be under way towards a node; in four worlds of five as many as in production. Few of them
     * let tables wait for each other.
     */
    public int maxInFlightPerNode(SplittableRandom random) {
        return this != MEMBERSHIP && random.nextInt(5) == 0 ? 1 + random.nextInt(3) : PRODUCTION_IN_FLIGHT;
    }

    /** Incidents, and tables that people move by hand if few may be under way. */
    public List<Incident> withMovesByHand(SplittableRandom random, long durationMillis, List<Incident> incidents) {
        Draft draft = new Draft(random, durationMillis);
        while (draft.wait(BY_HAND_PACE)) {
            draft.add(IncidentKind.MOVE_BY_HAND, draft.below(64), 0);
        }
        return draft.with(incidents);
    }

    /** Whether nodes read logs, with the dispatchers of the product. */
    public boolean readsLogs() {
        return this == SOURCE_ENDS || this == LIVE_SOURCE;
    }

    /** How many changefeeds there are. */
    public int changefeeds(SplittableRandom random) {
        return this == CHANGEFEEDS ? 2 + random.nextInt(2) : this == CLUSTER ? 1 + random.nextInt(3) : 1;
    }

    /** Whether a redo log is kept; in one world of five of the other workloads as well. */
    public boolean keepsRedo(SplittableRandom random) {
        return this == REDO || random.nextInt(5) == 0;
    }

    /** The incidents of one day, in the order of time. */
    public List<Incident> incidents(SplittableRandom random, long durationMillis) {
        Draft draft = new Draft(random, durationMillis);
        switch (this) {
            case STEADY -> steady(draft);
            case MASS_BOOTSTRAP -> massBootstrap(draft);
            case HANDOFF_STORM -> handoffStorm(draft);
            case BACK_AND_FORTH -> backAndForth(draft);
            case ROLLING_RESTART -> rollingRestart(draft);
            case FLAPPING -> flapping(draft);
            case CRASH_IN_HANDOFF -> crashInHandoff(draft);
            case ZOMBIE_OWNER -> zombieOwner(draft);
            case TABLE_STORM -> tableStorm(draft);
            case LATE_WORDS -> lateWords(draft);
            case LOST_MEMORY -> lostMemory(draft);
            case PARTITIONS -> partitions(draft);
            case REMOVAL -> removal(draft);
            case PLANNER_TROUBLE -> plannerTrouble(draft);
            case DIVISION -> division(draft);
            case DRAIN -> drain(draft);
            case REDO -> redo(draft);
            case BLOCK_EVENTS -> blockEvents(draft);
            case SWARM -> swarm(draft);
            case CHANGEFEEDS -> changefeeds(draft);
            case MEMBERSHIP -> membership(draft);
            case CLUSTER -> cluster(draft);
            case SOURCE_ENDS -> sourceEnds(draft);
            case LIVE_SOURCE -> liveSource(draft);
        }
        return List.copyOf(draft.incidents);
    }

    /** Incidents, and in one world of five what people do among them; of the workload {@link #DRAIN} in each. */
    public List<Incident> withPeople(SplittableRandom random, long durationMillis, List<Incident> incidents) {
        Draft draft = new Draft(random, durationMillis);
        int pace = this == DRAIN ? 2_500 : 8_000;
        boolean drains = this == DRAIN || draft.chance(this == CHANGEFEEDS ? 0.5 : 0.2);
        while (drains && this != MEMBERSHIP && draft.wait(pace)) {
            int what = draft.below(10);
            if (what < 5) {
                draft.add(IncidentKind.DRAIN, draft.below(3), draft.below(2_000));
            } else if (what < 8) {
                draft.add(IncidentKind.INTERVENE, draft.below(3), 0);
            } else if (what < 9) {
                draft.add(IncidentKind.CANCEL_DRAIN, 0, 0);
            } else {
                draft.add(IncidentKind.PAUSE_CHANGEFEED, 0, draft.below(6_000));
            }
        }
        return draft.with(incidents);
    }

    private static void steady(Draft draft) {
        while (draft.wait(3_000)) {
            int what = draft.below(100);
            if (what < 40) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 75) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 82) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 90) {
                draft.add(IncidentKind.KILL, 0, 0);
            } else {
                draft.add(IncidentKind.REPLACE_COORDINATOR, 0, draft.below(2_000));
            }
        }
    }

    private static void massBootstrap(Draft draft) {
        draft.at = draft.below(200);
        while (draft.wait(1_500)) {
            int what = draft.below(100);
            if (what < 20) {
                draft.tables(IncidentKind.CREATE_TABLES, 1 + draft.below(20));
            } else if (what < 50) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 80) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else {
                draft.add(IncidentKind.KILL, 0, 0);
            }
        }
    }

    private static void handoffStorm(Draft draft) {
        while (draft.wait(500)) {
            if (draft.chance(0.75)) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            }
        }
    }

    private static void blockEvents(Draft draft) {
        while (draft.wait(450)) {
            draft.add(draft.chance(0.7) ? IncidentKind.SYNC_POINT : IncidentKind.CHANGE_SCHEMA, 0, 0);
            // Dispatchers come to it within some 100 ms, and go on within another.
            draft.at += draft.below(300);
            int what = draft.below(100);
            if (what < 88) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 92) {
                draft.add(IncidentKind.RESTART, 0, draft.below(1_000));
            } else if (what < 95) {
                draft.add(IncidentKind.OWNER_DIES_IN_HANDOFF, draft.below(40), 0);
            } else if (what < 98) {
                draft.add(IncidentKind.COORDINATOR_DIES_IN_HANDOFF, draft.below(12), draft.below(1_500));
            } else {
                draft.add(IncidentKind.PAUSE_OWNER_IN_HANDOFF, draft.below(2), draft.below(1_500));
            }
        }
    }

    private static void backAndForth(Draft draft) {
        while (draft.wait(900)) {
            if (draft.chance(0.8)) {
                draft.add(IncidentKind.MOVE_AND_BACK, 0, draft.below(draft.chance(0.5) ? 60 : 600));
            } else if (draft.chance(0.7)) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else {
                draft.add(IncidentKind.PAUSE_OWNER, draft.below(2), draft.below(1_000));
            }
        }
    }

    private static void rollingRestart(Draft draft) {
        while (draft.wait(2_000)) {
            int what = draft.below(100);
            if (what < 70) {
                draft.add(IncidentKind.RESTART, 0, draft.below(2_000));
            } else if (what < 85) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            }
        }
    }

    private static void flapping(Draft draft) {
        while (draft.wait(1_200)) {
            int what = draft.below(100);
            if (what < 25) {
                draft.add(IncidentKind.EXPIRE, 0, 0);
            } else if (what < 50) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 75) {
                draft.add(IncidentKind.PAUSE, draft.below(2), draft.below(5_000));
            } else if (what < 90) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            }
        }
    }

    private static void crashInHandoff(Draft draft) {
        while (draft.wait(1_800)) {
            int what = draft.below(100);
            int step = draft.below(16);
            if (what < 38) {
                draft.add(IncidentKind.COORDINATOR_DIES_IN_HANDOFF, step, draft.below(800));
            } else if (what < 56) {
                draft.add(IncidentKind.OWNER_DIES_IN_HANDOFF, step, 0);
            } else if (what < 75) {
                draft.add(IncidentKind.TARGET_DIES_IN_HANDOFF, step, 0);
            } else if (what < 83) {
                draft.add(IncidentKind.OVERLAP_IN_HANDOFF, draft.below(64), draft.below(2_000));
            } else if (what < 88) {
                draft.add(IncidentKind.MOVE_DURING_BOOTSTRAP, draft.below(64), draft.below(2_000));
            } else if (what < 94) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else {
                draft.add(IncidentKind.JOIN, 0, 0);
            }
        }
    }

    private static void zombieOwner(Draft draft) {
        while (draft.wait(1_800)) {
            int what = draft.below(100);
            if (what < 60) {
                draft.add(IncidentKind.PAUSE_OWNER_IN_HANDOFF, draft.below(2), draft.below(6_000));
            } else if (what < 75) {
                draft.add(IncidentKind.EXPIRE_OWNER, 0, 0);
            } else if (what < 85) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            }
        }
    }

    private static void tableStorm(Draft draft) {
        while (draft.wait(600)) {
            int what = draft.below(100);
            if (what < 35) {
                draft.tables(IncidentKind.CREATE_TABLES, 1 + draft.below(10));
            } else if (what < 65) {
                draft.tables(IncidentKind.DROP_TABLES, 1 + draft.below(10));
                if (draft.chance(0.3)) {
                    draft.at += draft.below(100);
                    draft.add(IncidentKind.MOVE, 0, 0);
                }
            } else if (what < 75) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 95) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else {
                draft.add(IncidentKind.KILL, 0, 0);
            }
        }
    }

    private static void lateWords(Draft draft) {
        while (draft.wait(2_500)) {
            int what = draft.below(100);
            if (what < 40) {
                draft.add(IncidentKind.PAUSE_OWNER, 1, draft.below(2_500));
            } else if (what < 80) {
                draft.add(IncidentKind.PAUSE, 1, draft.below(2_500));
            } else {
                draft.add(IncidentKind.MOVE, 0, 0);
            }
        }
    }

    private static void lostMemory(Draft draft) {
        while (draft.wait(2_000)) {
            int what = draft.below(100);
            if (what < 60) {
                draft.add(IncidentKind.JOIN, 0, 0);
                draft.at += 100 + draft.below(1_500);
                if (draft.chance(0.5)) {
                    draft.add(IncidentKind.OWNER_AND_COORDINATOR_DIE, 0, draft.below(500));
                } else {
                    draft.add(IncidentKind.MOVE, 0, 0);
                }
            } else if (what < 80) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            }
        }
    }

    private static void partitions(Draft draft) {
        while (draft.wait(1_000)) {
            int what = draft.below(100);
            if (what < 20) {
                draft.add(IncidentKind.CUT, draft.below(64), draft.below(draft.chance(0.3) ? 20_000 : 5_000));
            } else if (what < 35) {
                draft.add(IncidentKind.PARTITION, draft.below(64), draft.below(draft.chance(0.2) ? 20_000 : 5_000));
            } else if (what < 50) {
                draft.add(IncidentKind.ISOLATE, draft.below(2), draft.below(5_000));
            } else if (what < 65) {
                draft.add(IncidentKind.SLOW_LINK, draft.below(64), draft.below(5_000));
            } else if (what < 85) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 95) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else {
                draft.add(IncidentKind.OVERLAPPING_COORDINATORS, 0, draft.below(2_000));
            }
        }
        if (draft.chance(0.3)) {
            draft.at = draft.below(8_000);
            draft.add(IncidentKind.ISOLATE_COORDINATOR, draft.below(2), 20_000);
        }
        draft.incidents.sort(Comparator.comparingLong(Incident::atMillis));
    }

    private static void removal(Draft draft) {
        while (draft.wait(1_500)) {
            swarmIncident(draft);
        }
        draft.at = draft.end;
        if (draft.chance(0.5)) {
            draft.add(IncidentKind.RECREATE_CHANGEFEED, 0, draft.below(4_000));
        } else {
            draft.add(IncidentKind.REMOVE_CHANGEFEED, 0, 0);
        }
        draft.at += draft.below(1_000);
        for (int i = 0; i < 3; i++) {
            draft.at += draft.below(1_000);
            swarmIncident(draft);
        }
    }

    private static void plannerTrouble(Draft draft) {
        int pace = 300 + draft.below(2_000);
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < 30) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 40) {
                draft.add(IncidentKind.KILL, 0, 0);
            } else if (what < 50) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 60) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 65) {
                draft.add(IncidentKind.PAUSE_OWNER, draft.below(2), draft.below(5_000));
            } else if (what < 80) {
                draft.add(IncidentKind.SELECT_SCHEDULER, 0, 0);
            } else if (what < 90) {
                draft.add(IncidentKind.SHADOW_SCHEDULER, 0, 0);
            } else {
                draft.add(IncidentKind.PROPOSE_PLAN, 0, draft.below(2_000));
            }
        }
    }

    private static void division(Draft draft) {
        int pace = 300 + draft.below(1_500);
        if (draft.chance(0.5)) {
            draft.add(IncidentKind.SELECT_SCHEDULER, 1, 0);
        }
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < 45) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 60) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 70) {
                draft.tables(IncidentKind.DROP_TABLES, 1 + draft.below(3));
            } else if (what < 80) {
                draft.add(IncidentKind.KILL, 0, 0);
            } else {
                draft.add(IncidentKind.JOIN, 0, 0);
            }
        }
    }

    private static void drain(Draft draft) {
        int pace = 700 + draft.below(3_000);
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < 30) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 60) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 75) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 80) {
                draft.add(IncidentKind.SELECT_SCHEDULER, 0, 0);
            } else {
                swarmIncident(draft);
            }
        }
    }

    private static void redo(Draft draft) {
        int pace = 500 + draft.below(2_000);
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < 35) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 50) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 60) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 70) {
                draft.add(IncidentKind.PAUSE_OWNER, draft.below(2), draft.below(3_000));
            } else {
                swarmIncident(draft);
            }
        }
    }

    private static void swarm(Draft draft) {
        int pace = 400 + draft.below(3_000);
        while (draft.wait(pace)) {
            swarmIncident(draft);
        }
    }

    private static void changefeeds(Draft draft) {
        int pace = 400 + draft.below(1_500);
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < 30) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 40) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 50) {
                draft.add(IncidentKind.JOIN, 0, 0);
            } else if (what < 54) {
                draft.add(IncidentKind.RECREATE_CHANGEFEED, 0, draft.below(4_000));
            } else if (what < 56) {
                draft.add(IncidentKind.REMOVE_CHANGEFEED, 0, 0);
            } else if (what < 60) {
                draft.add(IncidentKind.PAUSE_CHANGEFEED, 0, 2 * draft.below(2_000));
            } else {
                swarmIncident(draft);
            }
        }
    }

    private static void sourceEnds(Draft draft) {
        int pace = 600 + draft.below(2_500);
        while (draft.wait(pace)) {
            if (draft.chance(0.5)) {
                draft.add(IncidentKind.END_SOURCE, draft.below(64), draft.below(draft.chance(0.7) ? 1_500 : 5_000));
            } else {
                swarmIncident(draft);
            }
        }
    }

    private static void liveSource(Draft draft) {
        int pace = 300 + draft.below(1_500);
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < 25) {
                draft.add(IncidentKind.MOVE_BY_HAND, draft.below(64), 0);
            } else if (what < 40) {
                draft.add(IncidentKind.MOVE, 0, 0);
            } else if (what < 52) {
                draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
            } else if (what < 66) {
                draft.add(IncidentKind.SYNC_POINT, 0, 0);
            } else {
                swarmIncident(draft);
            }
        }
    }

    private static void cluster(Draft draft) {
        int pace = 500 + draft.below(2_500);
        int ofStore = 20 + draft.below(60);
        while (draft.wait(pace)) {
            int what = draft.below(100);
            if (what < ofStore) {
                membershipIncident(draft);
            } else if (what < 88) {
                swarmIncident(draft);
            } else if (what < 90) {
                draft.add(IncidentKind.ISOLATE_COORDINATOR, draft.below(2), draft.below(14_000));
            } else if (what < 94) {
                draft.add(IncidentKind.RECREATE_CHANGEFEED, 0, draft.below(4_000));
            } else if (what < 95) {
                draft.add(IncidentKind.REMOVE_CHANGEFEED, 0, 0);
            } else {
                draft.add(IncidentKind.PAUSE_CHANGEFEED, 0, 2 * draft.below(2_000));
            }
        }
    }

    private static void membership(Draft draft) {
        int pace = 500 + draft.below(4_000);
        while (draft.wait(pace)) {
            membershipIncident(draft);
        }
    }

    private static void membershipIncident(Draft draft) {
        int what = draft.below(100);
        int leader = draft.chance(0.4) ? 1 : 0;
        if (what < 20) {
            draft.add(IncidentKind.CUT_FROM_STORE, leader, draft.below(draft.chance(0.5) ? 1_500 : 9_000));
        } else if (what < 32) {
            draft.add(IncidentKind.STAND_STILL, leader, draft.below(draft.chance(0.5) ? 1_500 : 9_000));
        } else if (what < 42) {
            draft.add(IncidentKind.SUSPEND_MACHINE, leader, draft.below(draft.chance(0.5) ? 1_500 : 9_000));
        } else if (what < 52) {
            draft.add(IncidentKind.END_SESSION, leader, draft.below(draft.chance(0.5) ? 400 : 3_000));
        } else if (what < 59) {
            draft.add(IncidentKind.BACK_AND_GONE, draft.below(2), 900 + draft.below(280));
        } else if (what < 69) {
            draft.add(IncidentKind.LOSE_ANSWERS, leader, draft.below(3_000));
        } else if (what < 74) {
            draft.add(IncidentKind.KILL, leader, 0);
        } else if (what < 80) {
            draft.add(IncidentKind.RESTART, leader, draft.below(2_000));
        } else if (what < 88) {
            draft.add(IncidentKind.JOIN, 0, 0);
        } else if (what < 93) {
            draft.add(IncidentKind.EXPEL, leader, 0);
        } else {
            draft.add(IncidentKind.LEAVE, leader, 0);
        }
    }

    private static void swarmIncident(Draft draft) {
        int what = draft.below(100);
        if (what < 25) {
            draft.add(IncidentKind.CHANGE_SCHEMA, 0, 0);
        } else if (what < 40) {
            draft.add(IncidentKind.MOVE, 0, 0);
        } else if (what < 45) {
            draft.add(IncidentKind.MOVE_AND_BACK, 0, draft.below(1_500));
        } else if (what < 51) {
            draft.add(IncidentKind.PAUSE, draft.below(2), draft.below(draft.chance(0.5) ? 1_000 : 6_000));
        } else if (what < 54) {
            draft.add(IncidentKind.PAUSE_OWNER_IN_HANDOFF, draft.below(2), draft.below(6_000));
        } else if (what < 59) {
            draft.add(IncidentKind.KILL, 0, 0);
        } else if (what < 61) {
            draft.add(IncidentKind.KILL_OWNER, 0, 0);
        } else if (what < 65) {
            draft.add(IncidentKind.EXPIRE, 0, 0);
        } else if (what < 72) {
            draft.add(IncidentKind.JOIN, 0, 0);
        } else if (what < 74) {
            draft.add(IncidentKind.RESTART, 0, draft.below(3_000));
        } else if (what < 78) {
            draft.add(IncidentKind.REPLACE_COORDINATOR, 0, draft.below(2_000));
        } else if (what < 80) {
            draft.add(IncidentKind.OVERLAPPING_COORDINATORS, 0, draft.below(2_000));
        } else if (what < 83) {
            draft.add(IncidentKind.COORDINATOR_DIES_IN_HANDOFF, draft.below(16), draft.below(1_000));
        } else if (what < 85) {
            draft.add(IncidentKind.OWNER_DIES_IN_HANDOFF, draft.below(16), 0);
        } else if (what < 87) {
            draft.add(IncidentKind.TARGET_DIES_IN_HANDOFF, draft.below(16), 0);
        } else if (what < 88) {
            draft.add(IncidentKind.OVERLAP_IN_HANDOFF, draft.below(64), draft.below(2_000));
        } else if (what < 89) {
            draft.add(IncidentKind.MOVE_DURING_BOOTSTRAP, draft.below(64), draft.below(2_000));
        } else if (what < 92) {
            draft.add(IncidentKind.CUT, draft.below(64), draft.below(5_000));
        } else if (what < 96) {
            draft.add(IncidentKind.PARTITION, draft.below(64), draft.below(5_000));
        } else if (what < 98) {
            draft.add(IncidentKind.ISOLATE, draft.below(2), draft.below(5_000));
        } else {
            draft.add(IncidentKind.SLOW_LINK, draft.below(64), draft.below(5_000));
        }
    }
}
