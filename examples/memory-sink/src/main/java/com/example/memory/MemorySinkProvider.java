package com.example.memory;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SinkProvider;
import java.util.SortedMap;

/** Opens {@code memory:NAME}: a place in this process. */
public final class MemorySinkProvider implements SinkProvider {
    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public String description() {
        return "tables in memory, for as long as the process lives; memory:NAME";
    }

    @Override
    public Sink open(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source) {
        if (!settings.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink memory has no setting '" + settings.firstKey() + "'; it has none");
        }
        return new MemorySink(Place.named(address.location()), source);
    }
}
