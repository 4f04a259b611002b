package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The promise of a redo log that processes share: files with dense numbers, of which the highest counts. Each is linked by
 * somebody who has read the one below it, and says no less than that; so the promise never falls, and whoever has read one of a
 * later owner adds none.
 *
 * <p>Few are kept. Somebody who stood still for long may link a number that was there and was deleted: it is below the highest one,
 * so it counts for nothing, and whoever has linked it looks for higher ones before it reports.
 *
 * <p>Thread-safe. The steps are methods of their own, so that tests can take one away.
 */
public class Promises {
    /** Name of the directory. */
    public static final String DIRECTORY = "redo-meta";

    private static final int KEPT = 8;

    private static final int ATTEMPTS = 10_000;

    private final SharedFiles files;
    private final int kept;
    /** The highest one that this object has read or linked; null before the first. */
    private @Nullable Numbered known;

    record Numbered(long number, Promise promise) {}

    /** For the log whose directory {@code files} are. */
    public Promises(SharedFiles files) {
        this(files, KEPT);
    }

    /** @param kept how many stay below the highest one, for whoever has listed them and reads them a little later */
    Promises(SharedFiles files, int kept) {
        this.files = files;
        this.kept = kept;
    }

    /**
     * What is promised at a moment after this was called.
     *
     * @return {@link Promise#NONE} if nothing is
     * @throws IOException if that cannot be read, or was damaged
     */
    public Promise read() throws IOException {
        return highest(listed()).promise();
    }

    /**
     * Promises more; a promise that was made before is never taken back. With zeros it only says who the owner is: owners before that
     * promise nothing any more.
     *
     * @param epoch of the owner
     * @return what is promised, durably, and {@link Promise#epoch under which owner}: what was asked for at least, but if the owner is
     *     a later one, nothing was added
     * @throws IOException if that cannot be known; it may have been added
     */
    public synchronized Promise raise(long epoch, long checkpointTs, long resolvedTs) throws IOException {
        files.makeDirectory(DIRECTORY);
        Numbered below = known == null ? durableHighest() : known;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Promise wanted = below.promise().raised(epoch, checkpointTs, resolvedTs);
            if (isLater(below.promise(), epoch) || wanted.equals(below.promise())) {
                known = below;
                return below.promise();
            }
            Numbered next = new Numbered(below.number() + 1, wanted);
            if (files.linkDurably(name(next.number()), wanted.toText()) && isHighest(next.number())) {
                known = next;
                return wanted;
            }
            below = durableHighest();
        }
        throw new IOException("others have added to " + DIRECTORY + " " + ATTEMPTS + " times meanwhile");
    }

    /** Whether an owner may not add to a promise any more. */
    boolean isLater(Promise there, long epoch) {
        return there.epoch() > epoch;
    }

    /** After the link: a number that was deleted may have been linked again. Deletes what is far below. */
    boolean isHighest(long number) throws IOException {
        long highest = number;
        Set<String> names = files.listFresh(DIRECTORY);
        for (String name : names) {
            highest = Math.max(highest, SegmentName.seqOf(name, "").orElse(0));
        }
        for (String name : names) {
            OptionalLong each = SegmentName.seqOf(name, "");
            if (each.isPresent() && each.getAsLong() < highest - kept) {
                files.delete(DIRECTORY + "/" + name);
            }
        }
        return highest == number;
    }

    private Set<String> listed() throws IOException {
        try {
            return files.listFresh(DIRECTORY);
        } catch (NoSuchFileException e) {
            return Set.of();
        }
    }

    /** Somebody may have linked it whose machine could not make its name durable. */
    private Numbered durableHighest() throws IOException {
        Numbered highest = highest(listed());
        files.force(DIRECTORY);
        return highest;
    }

    private Numbered highest(Set<String> listed) throws IOException {
        Set<String> names = listed;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long highest = 0;
            for (String name : names) {
                highest = Math.max(highest, SegmentName.seqOf(name, "").orElse(0));
            }
            if (highest == 0) {
                return new Numbered(0, Promise.NONE);
            }
            try {
                return new Numbered(highest, read(highest));
            } catch (NoSuchFileException e) {
                // Many have come since it was listed.
                names = files.listFresh(DIRECTORY);
            }
        }
        throw new IOException("others have added to " + DIRECTORY + " " + ATTEMPTS + " times meanwhile");
    }

    /** A promise has its content before its name, so this is no crash in the middle. */
    private Promise read(long number) throws IOException {
        return Promise.parse(files.read(name(number)))
                .orElseThrow(() -> new IOException(
                        name(number) + " was damaged: its checksum is wrong. If it is removed, the promise"
                                + " before it counts, and what was promised since is not known"));
    }

    private static String name(long number) {
        return DIRECTORY + "/" + number;
    }
}
