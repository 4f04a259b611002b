package com.example.memory;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SinkProvider;
import java.nio.file.Path;
import java.util.SortedMap;

/** Opens {@code memory:NAME}: a place in this process. */
public final class MemorySinkProvider implements SinkProvider {
    private static final String REFUSE_WHILE = "refuse-while";

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public String description() {
        return "tables in memory, for as long as the process lives; memory:NAME; setting " + REFUSE_WHILE
                + "=FILE: it refuses DDLs while the file exists";
    }

    @Override
    public Sink open(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source) {
        for (String name : settings.keySet()) {
            if (!name.equals(REFUSE_WHILE)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "sink memory has no setting '" + name + "'; it has " + REFUSE_WHILE);
            }
        }
        String file = settings.get(REFUSE_WHILE);
        return new MemorySink(Place.named(address.location()), source, file == null ? null : Path.of(file));
    }
}
