package dev.maintainer.connector.postgres.snapshot;

/**
 * How much of a table is read at once.
 *
 * @param firstRows of the first chunk, when it is not known how large rows are; at least 1
 * @param mostRows at most
 * @param bytes of values, about; at least 1
 * @param smallBytes the same, where many rows wait that nobody takes; at least 1
 */
record ChunkSize(int firstRows, int mostRows, long bytes, long smallBytes) {
    /** What servers and sinks can do with. */
    static final ChunkSize USUAL = new ChunkSize(500, 50_000, 2L << 20, 64L << 10);

    /** How many rows have so many bytes, if the next ones are as large as those that were read. */
    int rows(int read, long readBytes) {
        return (int) Math.max(1, Math.min(mostRows, bytes * read / Math.max(1, readBytes)));
    }
}
