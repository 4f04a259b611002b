package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where the timelines before that of a server ended for it.
 *
 * @param ends by number of the timeline, the position up to which the server has its content
 */
record TimelineHistory(Map<Integer, Long> ends) {
    TimelineHistory {
        ends = Map.copyOf(ends);
    }

    /**
     * {@return what the server has written}
     *
     * @param content a line per timeline, with its number, its end and the reason
     * @throws MaintainerException with {@code BAD_INPUT} if it is something else
     */
    static TimelineHistory parse(String content) {
        Map<Integer, Long> ends = new TreeMap<>();
        for (String line : content.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.strip().split("\\s+", 3);
            try {
                ends.put(Integer.parseInt(fields[0]), Lsn.parse(fields[1]));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "the source has sent a history of its timelines with the line " + Printable.quoted(line),
                        e);
            }
        }
        return new TimelineHistory(ends);
    }

    OptionalLong endOf(int timeline) {
        Long end = ends.get(timeline);
        return end == null ? OptionalLong.empty() : OptionalLong.of(end);
    }
}
