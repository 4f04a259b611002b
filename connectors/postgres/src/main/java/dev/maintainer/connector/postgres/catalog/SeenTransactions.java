package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.connector.postgres.wal.Lsn;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which transactions a snapshot of a source has seen. Those that come later in the log than its end it has not. Immutable.
 *
 * @param endTs a position of the log, read in the snapshot: all that it has seen was committed up to it
 * @param lowest the number of a transaction, with its epoch: all lower ones are over
 * @param next all of this number and higher ones had not begun
 * @param running the numbers of those between that were not over
 */
public record SeenTransactions(long endTs, long lowest, long next, Set<Long> running) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18}):([0-9]{1,18}):([0-9,]*)");

    private static final long EPOCH = 1L << 32;

    /** Keeps its own set. */
    public SeenTransactions {
        running = Set.copyOf(running);
    }

    /**
     * What the server says.
     *
     * @param snapshot the text of {@code pg_current_snapshot}
     * @param position the text of the position up to which it was written
     * @return what that snapshot has seen
     * @throws IllegalArgumentException if it is none
     */
    public static SeenTransactions of(String snapshot, String position) {
        return parse(Lsn.parse(position), snapshot);
    }

    static SeenTransactions parse(long endTs, String snapshot) {
        Matcher parts = TEXT.matcher(snapshot);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + snapshot + "' is no snapshot");
        }
        Set<Long> running = new TreeSet<>();
        for (String number : parts.group(3).split(",", -1)) {
            if (!number.isEmpty()) {
                running.add(Long.valueOf(number));
            }
        }
        return new SeenTransactions(endTs, Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), running);
    }

    String snapshot() {
        return lowest + ":" + next + ":"
                + running.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
    }

    /**
     * Whether the snapshot has what a transaction has done.
     *
     * @param commitTs when it was committed; a position
     * @param xid its number, without its epoch: numbers come again
     * @return whether it has
     */
    public boolean has(long commitTs, long xid) {
        if (commitTs > endTs) {
            return false;
        }
        // Nothing that is committed before the end is half an epoch away from what was next then.
        long number = next - next % EPOCH + xid;
        if (number - next > EPOCH / 2) {
            number -= EPOCH;
        } else if (next - number > EPOCH / 2) {
            number += EPOCH;
        }
        return number < lowest || (number < next && !running.contains(number));
    }
}
