package dev.maintainer.connector.postgres.wal;

/** Where a message stands. The bytes do not say it, and have another form in either case. */
public enum Framing {
    /** Outside the parts of transactions that are sent while they run: between transactions, or in one that has committed. */
    WHOLE,
    /** Between {@link WalMessage.StreamStart} and {@link WalMessage.StreamStop}: changes name their transaction. */
    STREAMED
}
