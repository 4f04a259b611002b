package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.runtime.journal.JournalSummary;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param options what was asked for
 * @param tables live tables in the sink
 * @param rows live rows in the sink
 * @param drains nodes that were emptied and stopped
 * @param planning how planning went
 * @param division how tables were split and merged, and what each node wrote
 * @param lag from commits upstream to the checkpoint
 * @param blockEvents how long dispatchers waited at them
 * @param journals by node; empty if the run was not journalled
 * @param compared whether the sink could be read back
 * @param difference how the sink differs from the log replayed in memory
 * @param redo what became of the redo log; null if none was kept
 */
public record RunResult(
        RunOptions options,
        int events,
        int tables,
        long rows,
        long rowsApplied,
        long rowsAppliedAgain,
        long checkpointTs,
        long millis,
        LagReport lag,
        List<String> killed,
        List<String> joined,
        List<HandoffReport> handoffs,
        List<DrainReport> drains,
        PlanningReport planning,
        DivisionReport division,
        BlockEventReport blockEvents,
        List<JournalSummary> journals,
        boolean compared,
        StateDifference difference,
        @Nullable RedoReport redo) {
    /** Version of the report for programs; rises when a field goes or changes its meaning. */
    public static final int FORMAT = 1;

    /** Copies the lists. */
    public RunResult {
        killed = List.copyOf(killed);
        joined = List.copyOf(joined);
        handoffs = List.copyOf(handoffs);
        drains = List.copyOf(drains);
        journals = List.copyOf(journals);
    }

    /** Whether sink and redo log are right, and every handoff was clean. */
    public boolean isGood() {
        return difference.isNone()
                && handoffs.stream().allMatch(HandoffReport::isClean)
                && (redo == null || redo.isGood());
    }

    /** The result for programs; the README of this module says what the fields mean. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("format", FORMAT).put("good", isGood()).put("equal", compared && difference.isNone());
        node.put("seed", options.seed())
                .put("scheduler", options.planning().scheduler())
                .put("nodes", options.nodes());
        node.put("millis", millis).put("events", events).put("tables", tables).put("rows", rows);
        node.put("rowsApplied", rowsApplied).put("rowsAppliedAgain", rowsAppliedAgain);
        node.put("checkpointTs", checkpointTs);
        node.set("lagMillis", lag.toJson());
        ArrayNode dead = node.putArray("killed");
        killed.forEach(dead::add);
        ArrayNode added = node.putArray("joined");
        joined.forEach(added::add);
        ArrayNode reports = node.putArray("handoffs");
        handoffs.forEach(handoff -> reports.add(handoff.toJson()));
        ArrayNode emptied = node.putArray("drains");
        drains.forEach(drain -> emptied.add(drain.toJson()));
        node.set("planning", planning.toJson());
        node.set("division", division.toJson());
        if (!blockEvents.isNone()) {
            node.set("blockEvents", blockEvents.toJson());
        }
        if (redo != null) {
            node.set("redo", redo.toJson());
        }
        if (!journals.isEmpty()) {
            ArrayNode written = node.putArray("journals");
            journals.forEach(journal -> written.add(toJson(journal)));
        }
        ObjectNode differences = node.putObject("differences").put("count", difference.count());
        ArrayNode first = differences.putArray("first");
        difference.first().forEach(first::add);
        return node;
    }

    private static ObjectNode toJson(JournalSummary journal) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("node", journal.node().value())
                .put("entries", journal.entries())
                .put("effects", journal.effects())
                .put("bytes", journal.bytes())
                .put("hash", String.format(Locale.ROOT, "%016x", journal.hash()))
                .put("problem", journal.problem());
    }
}
