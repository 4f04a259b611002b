package dev.maintainer.replication;

/** What a sink has of one changefeed, for whoever compares it. Opened by a {@link SinkProvider}; used by one thread. */
public interface SinkContents extends TableContents {
    /** {@return the identity of the source that its rows come from} */
    String source();
}
