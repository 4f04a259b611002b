package dev.maintainer.replication.event;

import dev.maintainer.api.model.SpanBound;
import org.jspecify.annotations.Nullable;

/**
 * Content that is texts.
 *
 * @param key see {@link RowEvent#key}
 * @param order see {@link RowEvent#order}
 * @param row the row as compact JSON; null if there is none
 */
record TextContent(
        String key, @Nullable SpanBound order, @Nullable String row) implements RowContent {
    @Override
    public boolean hasRow() {
        return row != null;
    }

    /** Bytes of key and row in UTF-8. */
    @Override
    public int size() {
        return utf8Length(key) + (row == null ? 0 : utf8Length(row));
    }

    private static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half a surrogate pair has two of the four bytes.
            length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return length;
    }
}
