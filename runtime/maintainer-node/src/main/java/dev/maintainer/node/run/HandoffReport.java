package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened in one handoff.
 *
 * @param quiesceMillis from the request to quiesce
 * @param closeMillis from quiesce to the final status
 * @param takeOverMillis from the final status to the running successor
 * @param frozen operators that quiesce found in flight
 * @param checkpointAtQuiesce a TSO, like the other checkpoints
 * @param commandsAfterQuiesce what the old maintainer sent after quiesce, by kind
 * @param staleRefused messages that nodes refused as stale from the request until the successor ran, by kind
 * @param rowsAppliedAgain rows that were written a second time in that time
 */
public record HandoffReport(
        String from,
        String to,
        long oldEpoch,
        long newEpoch,
        long quiesceMillis,
        long closeMillis,
        long takeOverMillis,
        List<String> frozen,
        long checkpointAtQuiesce,
        long checkpointAtFinalStatus,
        long checkpointAtTakeOver,
        SortedMap<String, Long> commandsAfterQuiesce,
        SortedMap<String, Long> staleRefused,
        long rowsAppliedAgain) {
    /** The one kind of command that may follow quiesce. */
    public static final String TRIGGER_CLOSE = "trigger close";

    /** Copies lists and maps. */
    public HandoffReport {
        frozen = List.copyOf(frozen);
        commandsAfterQuiesce = Collections.unmodifiableSortedMap(new TreeMap<>(commandsAfterQuiesce));
        staleRefused = Collections.unmodifiableSortedMap(new TreeMap<>(staleRefused));
    }

    /** Whether the old maintainer did nothing after quiesce but close its trigger, and no checkpoint went back. */
    public boolean isClean() {
        return commandsAfterQuiesce.keySet().stream().allMatch(TRIGGER_CLOSE::equals)
                && checkpointAtQuiesce <= checkpointAtFinalStatus
                && checkpointAtFinalStatus <= checkpointAtTakeOver;
    }

    /** From the request until the successor runs. */
    public long totalMillis() {
        return quiesceMillis + closeMillis + takeOverMillis;
    }

    /** The report for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("handoff " + from + " -> " + to + ", epoch " + oldEpoch + " -> " + newEpoch + ": "
                + totalMillis() + " ms (quiesce " + quiesceMillis + ", close "
                + closeMillis + ", take-over " + takeOverMillis + ")");
        lines.add("  checkpoint at quiesce " + checkpointAtQuiesce + ", final status " + checkpointAtFinalStatus
                + ", take-over " + checkpointAtTakeOver);
        lines.add("  frozen operators: " + (frozen.isEmpty() ? "none" : String.join("; ", frozen)));
        lines.add("  sent by the old maintainer after quiesce: " + counts(commandsAfterQuiesce));
        lines.add("  stale messages refused: " + counts(staleRefused) + "; rows applied again: " + rowsAppliedAgain);
        if (!isClean()) {
            lines.add("  NOT CLEAN: only '" + TRIGGER_CLOSE + "' may follow quiesce, and checkpoints must not go back");
        }
        return lines;
    }

    /** The report for programs. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("from", from).put("to", to).put("oldEpoch", oldEpoch).put("newEpoch", newEpoch);
        node.putObject("millis")
                .put("quiesce", quiesceMillis)
                .put("close", closeMillis)
                .put("takeOver", takeOverMillis)
                .put("total", totalMillis());
        ArrayNode operators = node.putArray("frozenOperators");
        frozen.forEach(operators::add);
        node.putObject("checkpoint")
                .put("quiesce", checkpointAtQuiesce)
                .put("finalStatus", checkpointAtFinalStatus)
                .put("takeOver", checkpointAtTakeOver);
        ObjectNode commands = node.putObject("commandsAfterQuiesce");
        commandsAfterQuiesce.forEach(commands::put);
        ObjectNode stale = node.putObject("staleRefused");
        staleRefused.forEach(stale::put);
        node.put("rowsAppliedAgain", rowsAppliedAgain).put("clean", isClean());
        return node;
    }

    private static String counts(Map<String, Long> counts) {
        if (counts.isEmpty()) {
            return "none";
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((kind, count) -> parts.add(count + " x " + kind));
        return String.join(", ", parts);
    }
}
