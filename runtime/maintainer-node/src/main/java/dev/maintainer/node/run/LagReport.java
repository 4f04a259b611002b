package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * How long it took from commits upstream until the checkpoint covered them, in milliseconds.
 *
 * @param median of all
 * @param p99 99 of a hundred took no longer
 * @param most the longest; a death costs at least what is left of its lease
 */
public record LagReport(long median, long p99, long most) {
    /** For people. */
    public String line() {
        return String.format(
                Locale.ROOT, "checkpoint lag: median %d ms, 99%% within %d ms, at most %d ms", median, p99, most);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("median", median)
                .put("p99", p99)
                .put("most", most);
    }
}
