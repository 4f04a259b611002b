package dev.maintainer.connector.files.claim;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of one claim.
 *
 * @param table name of the directory
 * @param seq which claim there
 */
public record SegmentName(String table, long seq) {
    /** Name of the directory of all segments. */
    public static final String SEGMENTS = "segments";

    /** Ends the name of a claim. */
    public static final String CLAIM = ".claim";
    /** Ends the name of what was written under it. */
    public static final String LOG = ".log";
    /** Ends the name of what says how much of that counts. */
    public static final String SEAL = ".seal";
    /** Ends the name of what says that the claim came too late. */
    public static final String VOID = ".void";

    /** Ends the name of what says that its span is complete up to a position, which is in the name as well. */
    public static final String COMPLETE = ".complete";

    /** Where the segments of a table are. */
    static String directory(String table) {
        return SEGMENTS + "/" + table;
    }

    /** The name of one of its files, relative to the sink. */
    public String file(String suffix) {
        return directory(table) + "/" + seq + suffix;
    }

    /** Its name among the notes of a process. */
    String note() {
        return table + "-" + seq;
    }

    /** What {@link #note} has named; empty if it has not. */
    static Optional<SegmentName> ofNote(String name) {
        int dash = name.lastIndexOf('-');
        OptionalLong seq = dash <= 0 ? OptionalLong.empty() : seqOf(name.substring(dash + 1), "");
        return seq.isPresent()
                ? Optional.of(new SegmentName(name.substring(0, dash), seq.getAsLong()))
                : Optional.empty();
    }

    /** The number in the name of a file, if that ends with {@code suffix} and is one of ours. */
    public static OptionalLong seqOf(String name, String suffix) {
        if (!name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        String digits = name.substring(0, name.length() - suffix.length());
        try {
            long seq = Long.parseLong(digits);
            return seq > 0 && digits.equals(Long.toString(seq)) ? OptionalLong.of(seq) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
