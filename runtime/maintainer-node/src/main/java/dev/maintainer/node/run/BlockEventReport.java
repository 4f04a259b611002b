package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * The block events of a run, those of the redo log left out, and how long dispatchers waited at them.
 *
 * @param ddls DDLs at which dispatchers waited for one another
 * @param syncPoints sync points
 * @param waited from the first dispatcher that waited until the event was executed: so long rows behind it waited
 * @param took from the first dispatcher that waited until the last had gone on
 */
public record BlockEventReport(long ddls, long syncPoints, Times waited, Times took) {
    /**
     * Times of events, in milliseconds; above a second precise to one part in a hundred.
     *
     * @param median half of them were no longer
     * @param p99 99 of a hundred were no longer
     */
    public record Times(long median, long p99) {
        private String text() {
            return String.format(Locale.ROOT, "median %d ms, 99%% within %d ms", median, p99);
        }

        private ObjectNode toJson() {
            return JsonNodeFactory.instance.objectNode().put("median", median).put("p99", p99);
        }
    }

    /** Whether there were none. */
    public boolean isNone() {
        return ddls + syncPoints == 0;
    }

    /** For people. */
    public String line() {
        return "block events: " + ddls + " DDLs, " + syncPoints + " sync points; rows waited " + waited.text()
                + "; until all had gone on " + took.text();
    }

    ObjectNode toJson() {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("ddls", ddls).put("syncPoints", syncPoints);
        node.set("waitedMillis", waited.toJson());
        node.set("tookMillis", took.toJson());
        return node;
    }
}
