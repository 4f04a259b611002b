package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.postgres.sql.Connections;

/** A sink that does not wait before it tries again. */
public final class DrivenSink {
    private DrivenSink() {}

    /** Opens it. */
    public static PostgresSink open(Connections connections, ChangefeedId changefeed, String source) {
        return PostgresSink.open(connections, changefeed, source, nanos -> {});
    }
}
