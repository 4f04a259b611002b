package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What became of a redo log.
 *
 * @param path where it is
 * @param rows live rows, when all of it is applied
 * @param rowsLogged made durable in it for the first time
 * @param rowsLoggedAgain made durable in it once more
 * @param checkpointTs what it says of the sink; a TSO, 0 if it has promised nothing
 * @param resolvedTs up to where it promises to be complete; a TSO, 0 if it has promised nothing
 * @param endTs where the change log ends; a TSO
 * @param rowsAhead rows that the sink had before the log
 * @param difference how the log, applied, differs from the change log replayed in memory
 */
public record RedoReport(
        Path path,
        long rows,
        long rowsLogged,
        long rowsLoggedAgain,
        long checkpointTs,
        long resolvedTs,
        long endTs,
        long rowsAhead,
        StateDifference difference) {
    /** Whether the log is complete, says so, and was never overtaken. */
    public boolean isGood() {
        return difference.isNone() && resolvedTs >= endTs && rowsAhead == 0;
    }

    /** For people. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "redo log %s %s: %d rows logged, %d again; promises %d, the log ends at %d; %d rows reached the sink"
                        + " before it",
                path,
                difference.isNone() ? "equals the log" : "DIFFERS in " + difference.count() + " places",
                rowsLogged,
                rowsLoggedAgain,
                resolvedTs,
                endTs,
                rowsAhead);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("good", isGood())
                .put("equal", difference.isNone())
                .put("rows", rows)
                .put("rowsLogged", rowsLogged)
                .put("rowsLoggedAgain", rowsLoggedAgain)
                .put("checkpointTs", checkpointTs)
                .put("resolvedTs", resolvedTs)
                .put("rowsAhead", rowsAhead);
    }
}
