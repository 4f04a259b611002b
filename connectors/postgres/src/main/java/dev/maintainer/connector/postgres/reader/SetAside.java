package dev.maintainer.connector.postgres.reader;

/** A message of a transaction that is not complete yet. It is read when the transaction has committed. Immutable. */
final class SetAside {
    /** Bytes before the message in a file: length, sub-transaction and arrival. */
    static final int HEADER = 16;

    /** What an object in memory costs beside the message. */
    private static final int OVERHEAD = 64;

    private final long subXid;
    private final long arrival;
    private final byte[] bytes;
    private final int from;

    /**
     * A message.
     *
     * @param subXid the transaction or sub-transaction that it belongs to
     * @param arrival the how manieth message of the connection it was
     * @param bytes have the message, and must not be changed any more
     * @param from where it begins in them; it ends where they end
     */
    SetAside(long subXid, long arrival, byte[] bytes, int from) {
        this.subXid = subXid;
        this.arrival = arrival;
        this.bytes = bytes;
        this.from = from;
    }

    long subXid() {
        return subXid;
    }

    long arrival() {
        return arrival;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int length() {
        return bytes.length - from;
    }

    /** How many bytes it has in a file. */
    long stored() {
        return (long) HEADER + length();
    }

    /** How many bytes it has in memory. */
    long held() {
        return (long) OVERHEAD + bytes.length;
    }
}
