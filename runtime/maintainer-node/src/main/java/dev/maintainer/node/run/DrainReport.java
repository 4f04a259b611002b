package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a node was emptied and stopped.
 *
 * @param node that was drained
 * @param epoch of the drain
 * @param maintainer whether the maintainer was there at the beginning
 * @param spans that were there at the beginning
 * @param millis from the request until the node was empty
 */
public record DrainReport(String node, long epoch, boolean maintainer, int spans, long millis) {
    /** The report for people. */
    public String line() {
        return "drain of " + node + ": empty after " + millis + " ms, and stopped; it had " + spans + " spans"
                + (maintainer ? " and the maintainer, which left first" : "") + " (drain epoch " + epoch + ")";
    }

    /** The report for programs. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("node", node)
                .put("epoch", epoch)
                .put("maintainer", maintainer)
                .put("spans", spans)
                .put("millis", millis);
    }
}
