package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What the server can be told of a span: conditions on the first columns of the key that all rows of the span meet, and, if its bounds
 * are keys, no others. Where the server orders a column otherwise than bytes are ordered, it is told nothing of that column and
 * those behind it. Immutable.
 *
 * @param lower values that the first columns have at least, together; none if there is no such condition
 * @param upper values that they have at the most
 * @param isBelow whether they may not have just the upper values
 * @param types as which the values are given, of as many columns as anything is told of; without modifiers
 * @param isOrdered whether the server orders all rows as their spans are ordered
 */
public record KeyRange(List<String> lower, List<String> upper, boolean isBelow, List<String> types, boolean isOrdered) {
    /** Copies the lists. */
    public KeyRange {
        lower = List.copyOf(lower);
        upper = List.copyOf(upper);
        types = List.copyOf(types);
    }

    /**
     * What of a span can be told.
     *
     * @param image what its table looks like
     * @param span which rows
     * @param byBytes the numbers of the columns that the server orders as the bytes of their values
     * @return the range
     */
    public static KeyRange of(TableImage image, TableSpan span, Set<Integer> byBytes) {
        KeyCodec codec = KeyCodec.of(image);
        List<Integer> key = image.keyNumbers();
        int told = 0;
        while (codec.isOrdered() && told < key.size() && byBytes.contains(key.get(told))) {
            told++;
        }
        KeyCodec.Prefix lower = codec.prefix(span.start(), told);
        // Behind the last row there are no bytes, as there are none before the first one.
        KeyCodec.Prefix upper = codec.prefix(span.end(), told);
        return new KeyRange(
                lower.values(),
                upper.values(),
                upper.isAll(),
                key.subList(0, told).stream()
                        .map(number -> KeyType.unmodified(column(image, number)))
                        .toList(),
                codec.isOrdered() && told == key.size());
    }

    private static ColumnImage column(TableImage image, int number) {
        return image.columns().stream()
                .filter(column -> column.number() == number)
                .findFirst()
                .orElseThrow();
    }

    /**
     * The position right behind a row.
     *
     * @param row the position right before it
     * @return a position before that of every row that comes later
     */
    public static SpanBound behind(SpanBound row) {
        byte[] bytes = row.bytes();
        return SpanBound.before(Arrays.copyOf(bytes, bytes.length + 1));
    }
}
