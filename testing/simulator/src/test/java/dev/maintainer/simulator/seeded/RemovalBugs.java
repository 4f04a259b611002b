package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DELETED_LAST;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_FOR_THE_GATE;
import static dev.maintainer.simulator.invariant.Invariant.OPERATORS_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.QUIET_AFTER_QUIESCE;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.WORKER_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Guards of a maintainer that is being removed, taken away one at a time. */
final class RemovalBugs {
    private static final String MAINTAINER = "Maintainer";
    private static final String REMOVAL = "Removal";
    private static final String STATUSES = "StatusReconciler";
    private static final String HEARTBEATS = "HeartbeatReconciler";
    private static final String EXECUTION = "OperatorExecution";

    private static final SeededBug PLANNER = SeededBug.of("R12", "the planner is still called while removing")
            .in(
                    MAINTAINER,
                    "if (lifecycle.allows(LifecycleAction.PLAN))",
                    "if (lifecycle.allows(LifecycleAction.PLAN) || phase() == LifecyclePhase.REMOVING)");
    private static final SeededBug NOT_QUIESCED = SeededBug.of("R08", "operators are not quiesced")
            .in(REMOVAL, "operators.quiesce(QuiesceAllowlist.closing(trigger().id()));", "");
    private static final SeededBug ANSWERS_ENDS = SeededBug.of("R02", "ends are answered while removing")
            .in("StatusReconciler", "if (!lifecycle.allows(LifecycleAction.SELF_HEAL)) { return; }", "");
    private static final SeededBug GATE = SeededBug.of("R18", "the gate lets everything out")
            .in("CommandGate", "if (!lifecycle.allows(action)) {", "if (action == null) {");
    private static final SeededBug FROZEN_TICK = SeededBug.of("R11", "frozen operators get ticks while removing")
            .in(MAINTAINER, "removal.repeat(nowMillis);", "removal.repeat(nowMillis); operators.tick(nowMillis);");
    private static final SeededBug MEMBERSHIP = SeededBug.of("R04", "membership changes are handled while removing")
            .in(
                    MAINTAINER,
                    "if (!lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) { return Disposition.REFUSED; }",
                    "");
    private static final SeededBug FROZEN_DEATHS = SeededBug.of("R10", "frozen operators hear of deaths")
            .in(EXECUTION, "if (quiesced != null) { return; }", "")
            .in(
                    EXECUTION,
                    "if (operators.get(operator.dispatcher()) == operator && !isFrozen(operator)) {",
                    "if (operators.get(operator.dispatcher()) == operator) {");

    private static final SeededBug CLOSE_GOES_ON = SeededBug.of("R22", "while all is closed the checkpoint goes on")
            .in(REMOVAL, "? committedAtStart : highestCap();", "? Long.MAX_VALUE : highestCap();");
    private static final SeededBug ENDS_DO_NOT_HOLD = SeededBug.of(
                    "R23", "while removing, an end does not hold the" + " checkpoint")
            .in("StatusReconciler", "checkpoint.hold(replica.checkpointTs());", "");

    private static final SeededBug HEALS = SeededBug.of(
                    "R01", "self-healing on terminal statuses goes on while removing")
            .in(STATUSES, "if (ended && lifecycle.allows(LifecycleAction.SELF_HEAL)) {", "if (ended) {");
    private static final SeededBug HEALS_MISSING = SeededBug.of(
                    "R03b", "what a complete list does not name is healed while removing")
            .in(
                    HEARTBEATS,
                    "if (heartbeat.complete() && lifecycle.allows(LifecycleAction.SELF_HEAL)) {",
                    "if (heartbeat.complete()) {");
    private static final SeededBug TAKES_BACK = SeededBug.of(
                    "R27", "G8: a later request takes back what an earlier one asked for")
            .in("LifecycleState", "removal = before == null ? mode : before.or(mode);", "removal = mode;");

    private RemovalBugs() {}

    static List<SeededBug> all() {
        return List.of(
                HEALS.masked(
                        "R01b",
                        "a span that is absent caps the checkpoint as well as the hold does, and whether to plan is"
                                + " asked at the end of the input only"),
                SeededBug.of("R01b", "self-healing goes on while removing, and asks for a plan at once")
                        .and(HEALS)
                        .in(
                                "StatusReconciler",
                                "demand.want();",
                                "demand.want(); demand.host.planIfWanted(false, now);")
                        .in(
                                "StatusReconciler",
                                "healIfEnded(from, status, replica);",
                                "now = nowMillis; healIfEnded(from, status, replica);")
                        .in(
                                STATUSES,
                                "private final PlanDemand demand;",
                                "private final PlanDemand demand; private long now;")
                        .in("PlanDemand", "private int finished;", "private int finished; public SchedulerHost host;")
                        .in("SchedulerHost", "this.demand = demand;", "this.demand = demand; demand.host = this;")
                        .caughtBy(QUIET_AFTER_QUIESCE)
                        .first(Workload.HANDOFF_STORM, Workload.SWARM),
                ANSWERS_ENDS.caughtBy(NOTHING_FOR_THE_GATE).first(Workload.SWARM, Workload.TABLE_STORM),
                SeededBug.of("R03", "orphans are removed while removing")
                        .in(
                                "StatusReconciler",
                                "&& !operators.isInFlight(status.dispatcher())"
                                        + " && lifecycle.allows(LifecycleAction.SELF_HEAL);",
                                "&& !operators.isInFlight(status.dispatcher());")
                        .masked("O18c", "no orphan arises"),
                HEALS_MISSING.masked(
                        "R03c", "quiesced operators admit no removal, and a complete list names what has ended"),
                SeededBug.of(
                                "R03c",
                                "what a complete list does not name is healed while removing, removals are admitted"
                                        + " whenever they are taken up, and the list leaves out what has ended")
                        .and(HEALS_MISSING)
                        .in(
                                "OperatorController",
                                "return execution.refusalOf(id, intent) .map(this::refuse)",
                                "return Optional.of(RefusalReason.DUPLICATE).filter(r -> operatorOf(id) != null)"
                                        + " .map(this::refuse)")
                        .in(
                                "HeartbeatAssembler",
                                "if (statuses.size() < STATUS_LIMIT) { statuses.add(last); }",
                                "if (!complete) { statuses.add(last); }")
                        .caughtBy(NOTHING_FOR_THE_GATE, REGISTRY_CONSISTENT, OPERATORS_CONSISTENT)
                        .first(Workload.SWARM, Workload.HANDOFF_STORM),
                MEMBERSHIP.caughtBy(NOTHING_FOR_THE_GATE).first(Workload.ROLLING_RESTART, Workload.FLAPPING),
                SeededBug.of("R05", "block statuses are handled while removing")
                        .in(
                                "BlockStatuses",
                                "if (!lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {"
                                        + " return Disposition.REFUSED; }",
                                "")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.TABLE_STORM, Workload.HANDOFF_STORM),
                SeededBug.of("R06", "bootstrap is repeated while removing")
                        .in(
                                MAINTAINER,
                                "removal.repeat(nowMillis);",
                                "removal.repeat(nowMillis); bootstrap.request(true, nowMillis);")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.REMOVAL, Workload.FLAPPING),
                SeededBug.of("R06b", "the trigger is told to begin while removing")
                        .in(
                                MAINTAINER,
                                "removal.repeat(nowMillis);",
                                "removal.repeat(nowMillis); triggerStarter.start(nowMillis);")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("R07", "late bootstrap answers are taken while removing")
                        .in(
                                MAINTAINER,
                                "if (!lifecycle.allows(LifecycleAction.SEND_BOOTSTRAP)) {"
                                        + " return Disposition.REFUSED; }",
                                "")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.REMOVAL, Workload.PARTITIONS),
                NOT_QUIESCED
                        .caughtBy(REGISTRY_CONSISTENT, NOTHING_FOR_THE_GATE, QUIET_AFTER_QUIESCE)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("R09", "the quiesce allowlist is wide open")
                        .in(
                                "QuiesceAllowlist",
                                "return type == OperatorType.REMOVE && triggers.contains(id);",
                                "return true;")
                        .caughtBy(NOTHING_FOR_THE_GATE, REGISTRY_CONSISTENT)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("R09b", "frozen operators hear statuses")
                        .in(
                                EXECUTION,
                                "if (!isFrozen(operator) && !operator.isAhead(from, executed)) {",
                                "if (!operator.isAhead(from, executed)) {")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM),
                FROZEN_DEATHS.masked("R10b", "a maintainer that is being removed does not look at membership changes"),
                SeededBug.of("R10b", "frozen operators hear of deaths, which they are told of while removing")
                        .and(FROZEN_DEATHS)
                        .and(WorldChanges.ENDS_TAKE_LONG)
                        .in(
                                MAINTAINER,
                                "if (!lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) {"
                                        + " return Disposition.REFUSED; }",
                                "if (phase() == LifecyclePhase.REMOVING) {"
                                        + " SortedSet<NodeId> dead = new java.util.TreeSet<>(members.alive());"
                                        + " dead.removeAll(members.latest());"
                                        + " operators.nodesDied(dead, nowMillis); }"
                                        + " if (!lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) {"
                                        + " return Disposition.REFUSED; }")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.ROLLING_RESTART),
                FROZEN_TICK.masked("R11b", "the controller skips what is frozen"),
                SeededBug.of("R11b", "commands of frozen operators are repeated while removing")
                        .and(FROZEN_TICK)
                        .in(EXECUTION, "if (waits && !isFrozen(operator)) {", "if (waits) {")
                        .in(
                                EXECUTION,
                                "for (RegisteredOperator operator : queue) {",
                                "for (RegisteredOperator operator : quiesced == null ? queue : operators.values()) {")
                        .in(
                                EXECUTION,
                                "boolean waits = queue.contains(operator)",
                                "boolean waits = (quiesced != null || queue.contains(operator))")
                        .caughtBy(OPERATORS_CONSISTENT, NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM, Workload.PARTITIONS),
                PLANNER.caughtBy(QUIET_AFTER_QUIESCE).first(Workload.HANDOFF_STORM),
                SeededBug.of("R13", "a handoff is taken before bootstrap has ended")
                        .within(SeededBug.RARE)
                        .in(
                                "LifecyclePhase",
                                ".ignore(BOOTSTRAPPING, Event.HANDOFF_REQUESTED, Event.CLOSE_CONFIRMED)",
                                ".on(BOOTSTRAPPING, Event.HANDOFF_REQUESTED, REMOVING)"
                                        + ".ignore(BOOTSTRAPPING, Event.CLOSE_CONFIRMED)")
                        .first(Workload.CRASH_IN_HANDOFF)
                        .caughtBy(CONVERGES),
                SeededBug.of("R14", "a handoff closes the workers")
                        .in(
                                REMOVAL,
                                "if (mode != null && mode.closesDispatchers()) {"
                                        + " changefeedClose.send(mode, nowMillis); }",
                                "changefeedClose.send(RemovalMode.CLOSE, nowMillis);")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("R14b", "a handoff closes the workers, and the gate lets it out")
                        .in(
                                REMOVAL,
                                "if (mode != null && mode.closesDispatchers()) {"
                                        + " changefeedClose.send(mode, nowMillis); }",
                                "changefeedClose.send(RemovalMode.CLOSE, nowMillis);")
                        .and(GATE)
                        .caughtBy(CONVERGES, NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM),
                GATE.masked("R18b", "nobody asks it for anything that the policy forbids"),
                SeededBug.of("R18b", "ends are answered while removing, and the gate lets it out")
                        .and(ANSWERS_ENDS)
                        .and(GATE)
                        .caughtBy(QUIET_AFTER_QUIESCE)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                SeededBug.of("R19", "the last word is said before the trigger has ended")
                        .in("TriggerClose", "return trigger.hasEnded();", "return true;")
                        .masked("R19b", "the successor ends an older trigger before it begins"),
                SeededBug.of("R19b", "the last word is said before the trigger has ended, which the successor leaves")
                        .in("TriggerClose", "return trigger.hasEnded();", "return true;")
                        .in(
                                "ChangefeedWorker",
                                "? standing == Standing.SUCCESSOR && !hosted.id().equals(bootstrap.trigger())",
                                "? standing == Standing.SUCCESSOR && commands.executed() < 0")
                        .in(
                                "TriggerCommands",
                                "if (running == null || (!same && standing == Standing.SUCCESSOR)) {",
                                "if (running == null) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("R20", "G4: while removing, the trigger does not cap the checkpoint")
                        .in(REMOVAL, "? committedAtStart : highestCap();", "? committedAtStart : Long.MAX_VALUE;")
                        .caughtBy(REGISTRY_CONSISTENT, CHECKPOINT_HONEST)
                        .first(Workload.TABLE_STORM, Workload.HANDOFF_STORM),
                SeededBug.of("R21", "while removing, frozen operators do not cap the checkpoint")
                        .in(
                                "CheckpointCalculator",
                                "long floor = registry.minNonReplicating(cap);",
                                "long floor = outerCap == Long.MAX_VALUE ? registry.minNonReplicating(cap) : cap;")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.HANDOFF_STORM),
                CLOSE_GOES_ON.caughtBy(REGISTRY_CONSISTENT, CHECKPOINT_HONEST),
                SeededBug.of("R22b", "while all is closed the checkpoint goes on, and ends do not hold it")
                        .and(CLOSE_GOES_ON)
                        .and(ENDS_DO_NOT_HOLD)
                        .caughtBy(REGISTRY_CONSISTENT, CHECKPOINT_HONEST)
                        .first(Workload.REMOVAL),
                ENDS_DO_NOT_HOLD.masked("R23b", "workers hold their watermarks where something has ended by itself"),
                SeededBug.of("R23b", "while removing, an end does not hold the checkpoint, nor the watermark")
                        .and(ENDS_DO_NOT_HOLD)
                        .in("HeartbeatAssembler", "watermark.include(last.checkpointTs());", "")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.HANDOFF_STORM),
                SeededBug.of("R24", "G7: the close of the trigger is not repeated")
                        .in("TriggerClose", "if (nowMillis - askedAt >= resendMillis) {", "if (nowMillis < 0) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS, Workload.HANDOFF_STORM),
                SeededBug.of("R25", "G5: the trigger is not closed while block statuses are unacknowledged")
                        .in(
                                "TriggerCommands",
                                "void removed(MaintainerEpoch epoch) {",
                                "boolean waits() { return blockStatuses.isDue(Long.MAX_VALUE); }"
                                        + " void removed(MaintainerEpoch epoch) {")
                        .in(
                                "DispatcherCommands",
                                "if (dispatchers.isTrigger(id)) { trigger.removed(remove.epoch());",
                                "if (dispatchers.isTrigger(id) && trigger.waits()) { return Disposition.REFUSED; }"
                                        + " if (dispatchers.isTrigger(id)) { trigger.removed(remove.epoch());")
                        .caughtBy(WORKER_CONSISTENT, CONVERGES)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("R26", "G6: the trigger's end counts only if its checkpoint does")
                        .in(
                                "Trigger",
                                "if (!component.isTerminal()) {",
                                "if (!component.isTerminal() && reportedTs >= checkpointTs) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS, Workload.HANDOFF_STORM),
                TAKES_BACK.masked("R27b", "the coordinator asks the owner of a removal for nothing less afterwards"),
                SeededBug.of(
                                "R27b",
                                "G8: a later request takes back what an earlier one asked for, and after a removal"
                                        + " there is one to hand over")
                        .and(TAKES_BACK)
                        .in(
                                "SimulatedNetwork",
                                "receiver.receive(pair.from(), message);",
                                "receiver.receive(pair.from(), message);"
                                        + " if (message instanceof CoordinatorRequest.RemoveMaintainer remove) {"
                                        + " receiver.receive(pair.from(), new CoordinatorRequest.RemoveMaintainer("
                                        + "remove.changefeed(), remove.epoch(), dev.maintainer.api.lifecycle.RemovalMode.HANDOFF)); }")
                        .caughtBy(DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                SeededBug.of("R28", "a close does not wait for all workers")
                        .in("ChangefeedClose", "closed.containsAll(members.latest())", "!closed.isEmpty()")
                        .caughtBy(DELETED_LAST)
                        .first(Workload.REMOVAL),
                SeededBug.of("R29", "a worker that is closing counts as closed")
                        .in(REMOVAL, "if (done.outcome() == CloseOutcome.CLOSING) { return Disposition.APPLIED; }", "")
                        .caughtBy(DELETED_LAST)
                        .first(Workload.REMOVAL),
                SeededBug.of("R30", "closes are not repeated")
                        .in(
                                "ChangefeedClose",
                                "request.nextAt = nowMillis + request.pauseMillis;",
                                "request.nextAt = Long.MAX_VALUE;")
                        .caughtBy(CONVERGES)
                        .first(Workload.REMOVAL));
    }
}
