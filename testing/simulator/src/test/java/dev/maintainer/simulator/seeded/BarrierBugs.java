package dev.maintainer.simulator.seeded;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;

/** Bugs of the barrier: who is waited for, who executes an event, and who is told. */
final class BarrierBugs {
    private BarrierBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("K01", "everybody goes on instead of the writer writing (UP-14)")
                        .in(
                                "Barrier",
                                "case TELL_WRITER -> tellWriter(event, nowMillis);",
                                "case TELL_WRITER -> tellAll(event, nowMillis);")
                        .caughtBy(Invariant.BARRIER_HOLDS),
                SeededBug.of("K02", "a writer that is lost is skipped (UP-14)")
                        .in(
                                "BarrierTransitions",
                                ".on(WRITING, Happening.WRITER_LOST, COLLECTING)",
                                ".on(WRITING, Happening.WRITER_LOST, PASSING, Consequence.TELL_WAITING)")
                        .caughtBy(Invariant.BARRIER_HOLDS)
                        .first(Workload.SWARM),
                SeededBug.of("K03", "an event is forgotten when everybody was told once, whoever waits still (B3, F1)")
                        .in(
                                "Barrier",
                                "case TELL_WAITING -> tellAll(event, nowMillis);",
                                "case TELL_WAITING -> { tellAll(event, nowMillis); event.on(Happening.FORGOTTEN); }")
                        .caughtBy(Invariant.CONVERGES, Invariant.REGISTRY_CONSISTENT, Invariant.NOTHING_THROWS)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("K07", "tables change when all have come, before the event is executed (I-45)")
                        .in(
                                "BarrierTransitions",
                                ".on(COLLECTING, Happening.COMPLETE, WRITING, Consequence.TELL_WRITER)",
                                ".on(COLLECTING, Happening.COMPLETE, WRITING, Consequence.CHANGE_TABLES, Consequence.TELL_WRITER)")
                        .caughtBy(Invariant.BARRIER_HOLDS)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("K08", "the tables that an event creates are forgotten")
                        .in(
                                "Barrier",
                                "case CHANGE_TABLES -> changeTables(event, nowMillis);",
                                "case CHANGE_TABLES -> {}")
                        .caughtBy(Invariant.CONVERGES, Invariant.CHECKPOINT_HONEST)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("K09", "a repeated WRITE is answered with DONE before anything was written (#4331)")
                        .in(
                                "BarrierStandings",
                                "case WRITING, NONE -> standing.attempt = Math.max(standing.attempt, attempt);",
                                "case WRITING, NONE -> { standing.stage = BlockStage.DONE; tell(standing); }")
                        .caughtBy(Invariant.BARRIER_HOLDS)
                        .first(Workload.SWARM),
                SeededBug.of("K10", "what was said is repeated with every tick (UP-16)")
                        .in(
                                "OpenEvent",
                                "nowMillis - Math.max(toldAt, changedAt) >= repeatMillis",
                                "nowMillis - Math.max(toldAt, changedAt) >= 0")
                        .caughtBy(Invariant.NO_BUSY_LOOP),
                SeededBug.of("K11", "a report that comes too early is acknowledged, and so never repeated (UP-17)")
                        .in(
                                "BarrierReports",
                                "// It is being placed. What it says is about an earlier dispatcher, or too early; it may say it again.\n            deferred.add(dispatcher);",
                                "")
                        .caughtBy(Invariant.CONVERGES),
                SeededBug.of(
                                "K12",
                                "a merge's target that comes before anybody knows it is acknowledged, and so never repeated")
                        .in(
                                "BarrierReports",
                                "if (span == null && spans.isTaken(dispatcher)) {\n                deferred.add(dispatcher);\n            }",
                                "")
                        .caughtBy(Invariant.CONVERGES)
                        .first(Workload.DIVISION),
                SeededBug.of("K13", "a span that was to be scheduled, and then was not, waits nowhere any more")
                        .in("Barrier", "suspended.put(span, event.event());", "")
                        .caughtBy(Invariant.CONVERGES)
                        .first(Workload.DIVISION),
                SeededBug.of("K14", "a span that does not run any more still counts among those that wait (I-47)")
                        .in(
                                "Barrier",
                                "public void departing(SpanReplica span) {\n        leave(span);",
                                "public void departing(SpanReplica span) {")
                        .caughtBy(
                                Invariant.BARRIER_HOLDS,
                                Invariant.NOTHING_THROWS,
                                Invariant.CONVERGES,
                                Invariant.REGISTRY_CONSISTENT),
                SeededBug.of("K16", "what was durable behind a checkpoint stays so when that rises")
                        .in(
                                "SpanRegistry",
                                "replica.checkpointTs = checkpointTs;\n            replica.partial = PartialCommit.NONE;",
                                "replica.checkpointTs = checkpointTs;")
                        .caughtBy(Invariant.NO_GAP, Invariant.BARRIER_HOLDS),
                SeededBug.of("K18", "a new owner is not told who waits where")
                        .in("ChangefeedWorker", "standings.restart();", "")
                        .caughtBy(Invariant.CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("K19", "a maintainer that is being removed goes on with its barrier")
                        .in(
                                "Maintainer",
                                "if (lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {\n            settleBarrier",
                                "if (phase() != LifecyclePhase.CLOSED) {\n            settleBarrier")
                        .caughtBy(Invariant.NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("K20", "a maintainer that is being removed answers reports of its barrier")
                        .in(
                                "BarrierReports",
                                "if (!lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {",
                                "if (false) {")
                        .caughtBy(Invariant.NOTHING_FOR_THE_GATE)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("K21", "who is past an event that does not concern it proves that it was executed")
                        .in(
                                "Barrier",
                                "return tables.tables().contains(span.span().table());\n        }\n        if (scope",
                                "return true;\n        }\n        if (scope")
                        .caughtBy(Invariant.BARRIER_HOLDS)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("K22", "a checkpoint right before an event proves that it was executed (I-48)")
                        .in(
                                "Barrier",
                                "return span.checkpointTs() >= event.commitTs() || betweenTheTwo;",
                                "return span.checkpointTs() >= event.waitingTs() || betweenTheTwo;")
                        .caughtBy(Invariant.BARRIER_HOLDS),
                SeededBug.of("K23", "a trigger right before an event proves that it was executed (I-48)")
                        .in(
                                "Barrier",
                                "if (each.key().commitTs() > executedTs) {",
                                "if (each.key().waitingTs() > executedTs) {")
                        .caughtBy(Invariant.BARRIER_HOLDS),
                SeededBug.of("K24", "who comes late to an event that was executed is not told")
                        .in(
                                "OpenEvent",
                                "if (phase == BarrierPhase.PASSING) {\n            untold(node);\n        }",
                                "")
                        .masked("K24b", "it is told with the next repetition"),
                SeededBug.of("K25", "an event of all tables is written when one is missing (I-43)")
                        .in(
                                "Barrier",
                                "event.waitingCount() == registry.size()",
                                "event.waitingCount() >= registry.size() - 1")
                        .caughtBy(Invariant.BARRIER_HOLDS),
                SeededBug.of("K26", "a DDL of a schema is written when the trigger has come (I-43)")
                        .in(
                                "Barrier",
                                "return event.waitingCount() >= concerned && !anyInScope(scope, span -> waiting.get(span) != event);",
                                "return !(scope instanceof BlockScope.Tables) || (event.waitingCount() >= concerned && !anyInScope(scope, span -> waiting.get(span) != event));")
                        .caughtBy(Invariant.BARRIER_HOLDS)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("K27", "a DDL and a sync point of one commit time are one event (I-49)")
                        .in(
                                "BlockKey",
                                "Comparator.comparingLong(BlockKey::commitTs).thenComparing(BlockKey::kind)",
                                "Comparator.comparingLong(BlockKey::commitTs)")
                        .caughtBy(Invariant.BARRIER_HOLDS, Invariant.CONVERGES, Invariant.NOTHING_THROWS)
                        .within(3_000),
                SeededBug.of(
                                "K24b",
                                "who comes late to an event that was executed is not told, and nothing is repeated")
                        .in(
                                "OpenEvent",
                                "if (phase == BarrierPhase.PASSING) {\n            untold(node);\n        }",
                                "")
                        .in("Maintainer", "barrier.tick(nowMillis);", "")
                        .caughtBy(Invariant.CONVERGES)
                        .first(Workload.SWARM));
    }
}
