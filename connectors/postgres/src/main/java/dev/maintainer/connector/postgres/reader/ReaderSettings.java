package dev.maintainer.connector.postgres.reader;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a slot is read.
 *
 * @param slot the slot
 * @param publication its name; content from outside
 * @param epoch of this reader; greater than that of every reader of the slot before. At least 0
 * @param directory for transactions that are not complete and too large for memory; of this reader alone
 * @param memoryBytes what transactions that are not complete may take in memory, all together
 * @param spoolBytes what they may take in files, all together
 * @param heartbeat how often a message is written into the log of the source, so that the slot moves on in a database where
 *     nothing happens; zero for never. It needs no rights
 */
public record ReaderSettings(
        SlotName slot,
        String publication,
        long epoch,
        Path directory,
        long memoryBytes,
        long spoolBytes,
        Duration heartbeat) {
    /** Memory that is enough unless the source has many large transactions at once. */
    public static final long DEFAULT_MEMORY_BYTES = 32L << 20;

    /** Space in files unless something else is said. */
    public static final long DEFAULT_SPOOL_BYTES = 8L << 30;

    /** Often enough for people who watch, and seldom enough for the log. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);

    /** Refuses what no reader can have. */
    public ReaderSettings {
        if (epoch < 0 || memoryBytes < 1 || spoolBytes < 1 || heartbeat.isNegative()) {
            throw new IllegalArgumentException("epoch " + epoch + ", memory " + memoryBytes + ", spool " + spoolBytes
                    + ", heartbeat " + heartbeat);
        }
    }

    /**
     * A reader with what is usual.
     *
     * @param slot the slot
     * @param publication its name
     * @param epoch of this reader
     * @param directory for large transactions
     */
    public ReaderSettings(SlotName slot, String publication, long epoch, Path directory) {
        this(slot, publication, epoch, directory, DEFAULT_MEMORY_BYTES, DEFAULT_SPOOL_BYTES, DEFAULT_HEARTBEAT);
    }
}
