package dev.maintainer.connector.postgres.store;

import java.nio.file.Path;

/**
 * How a store is kept.
 *
 * @param directory of this store alone; made if it is not there
 * @param origin identifies what is stored: what another origin has left in the directory is deleted. Content from outside
 * @param durable whether what is resolved has to be on the disk before; a store that nobody opens again need not wait for it
 * @param bytes how much it may have in files; a single transaction may be larger. At least 1
 * @param segmentBytes how large a file becomes; at least 1
 */
public record StoreSettings(Path directory, String origin, boolean durable, long bytes, long segmentBytes) {
    /** What a store may have unless something else is said. */
    public static final long DEFAULT_BYTES = 8L << 30;

    private static final long MOST_SEGMENT_BYTES = 64L << 20;
    private static final int SEGMENTS = 8;

    /** Refuses what no store can have. */
    public StoreSettings {
        if (bytes < 1 || segmentBytes < 1) {
            throw new IllegalArgumentException("a store of " + bytes + " bytes in files of " + segmentBytes);
        }
    }

    /**
     * A store with files of a size that fits.
     *
     * @param directory of this store alone
     * @param origin identifies what is stored
     * @param durable whether what is resolved has to be on the disk before
     * @param bytes how much it may have in files
     */
    public StoreSettings(Path directory, String origin, boolean durable, long bytes) {
        this(directory, origin, durable, bytes, Math.max(1, Math.min(MOST_SEGMENT_BYTES, bytes / SEGMENTS)));
    }
}
