package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * A part of a list, in the order of names: what changes between two pages is in one of them or in none, and nothing that stays is
 * left out or comes twice.
 *
 * @param after begins behind this name; empty for the beginning
 * @param limit how many there may be, at least 1
 */
record Page(String after, int limit) {
    /** If nobody says anything. */
    static final int STANDARD = 1_000;

    static final int MOST = 10_000;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

    /** @throws MaintainerException if the limit is none */
    static Page of(ApiRequest request) throws MaintainerException {
        String limit = request.query().getOrDefault("limit", String.valueOf(STANDARD));
        int number = NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MOST) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "limit = " + Printable.quoted(limit) + " is no number from 1 to " + MOST);
        }
        return new Page(request.query().getOrDefault("after", ""), number);
    }

    /**
     * Shows what is in this page, and in {@code next} what the next one is after, if there is more.
     *
     * @param all by name
     * @param show is given each that is in the page, in order
     */
    <T> void show(Map<String, T> all, ObjectNode body, BiConsumer<String, T> show) {
        NavigableMap<String, T> rest = new TreeMap<>(all).tailMap(after, false);
        String last = after;
        int shown = 0;
        for (Map.Entry<String, T> each : rest.entrySet()) {
            if (shown == limit) {
                body.put("next", last);
                return;
            }
            show.accept(each.getKey(), each.getValue());
            last = each.getKey();
            shown++;
        }
    }
}
