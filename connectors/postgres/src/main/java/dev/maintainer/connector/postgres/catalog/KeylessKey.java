package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands for the key in events of a table that has none. Rows of such a table may be equal, so nothing says which one is meant:
 * the key says which change it is, by its place in the log. An event with the same key is the same change, and a later place is a
 * greater number.
 *
 * <p>A copy of such a table is one snapshot, between two events that are no changes of a row: a sink has to know where it begins,
 * since it may have a part of a former one, and which transactions it has seen.
 */
public sealed interface KeylessKey {
    /** All rows that are there go: what was copied before was broken off. Of an event that is a deletion. */
    record CopyBegins() implements KeylessKey {
        private static final String TEXT = "copy";

        @Override
        public String text() {
            return TEXT;
        }
    }

    /** A row of the copy. Of an insertion. */
    record Copied() implements KeylessKey {
        private static final String TEXT = "copied";

        @Override
        public String text() {
            return TEXT;
        }
    }

    /**
     * All rows of the copy have come. Of an event that is a deletion.
     *
     * @param seen changes of these transactions come all the same, and are in the copy
     */
    record CopyEnds(SeenTransactions seen) implements KeylessKey {
        private static final String BEGINNING = "copy of ";

        @Override
        public String text() {
            return BEGINNING + seen.endTs() + " " + seen.snapshot();
        }
    }

    /**
     * A change of a row.
     *
     * @param xid the number of its transaction, without its epoch
     * @param place the how manieth change of the transaction it is, from 0
     * @param before what the row was, as {@link RowFormat#row} writes it; null of an insertion
     */
    record Change(long xid, long place, @Nullable String before) implements KeylessKey {
        @Override
        public String text() {
            return xid + "." + place + (before == null ? "" : " " + before);
        }
    }

    /** Of a change. */
    Pattern CHANGE = Pattern.compile("([0-9]{1,18})\\.([0-9]{1,18})(?: (\\{.*))?", Pattern.DOTALL);

    /** Of the end of a copy. */
    Pattern END = Pattern.compile("copy of ([0-9]{1,18}) ([0-9:,]+)");

    /** {@return the key of an event} */
    String text();

    /**
     * Reads the key of an event.
     *
     * @param key what {@link #text} has written
     * @return what it says
     * @throws MaintainerException with {@code BAD_INPUT} if it is none
     */
    static KeylessKey parse(String key) throws MaintainerException {
        if (key.equals(CopyBegins.TEXT)) {
            return new CopyBegins();
        } else if (key.equals(Copied.TEXT)) {
            return new Copied();
        }
        Matcher change = CHANGE.matcher(key);
        if (change.matches()) {
            return new Change(Long.parseLong(change.group(1)), Long.parseLong(change.group(2)), change.group(3));
        }
        Matcher end = END.matcher(key);
        if (end.matches()) {
            try {
                return new CopyEnds(SeenTransactions.parse(Long.parseLong(end.group(1)), end.group(2)));
            } catch (IllegalArgumentException e) {
                throw unreadable();
            }
        }
        throw unreadable();
    }

    private static MaintainerException unreadable() {
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                "an event of a table without a key came that does not say which change it is; the source is broken,"
                        + " create the changefeed anew");
    }
}
