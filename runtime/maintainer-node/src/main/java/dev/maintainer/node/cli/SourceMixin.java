package dev.maintainer.node.cli;

import dev.maintainer.replication.ConnectorAddress;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which source, and how it is read. */
final class SourceMixin {
    @Option(names = "--source", required = true, paramLabel = "ADDRESS", description = "the source, with the role")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Option(names = "--source-set", paramLabel = "KEY=VALUE", description = "a setting of the source; may be repeated")
    private @Nullable Map<String, String> settings;

    SourceMixin() {}

    ConnectorAddress address() {
        return ConnectorAddress.parse(source, "--source");
    }

    /** Those of the address as well. */
    SortedMap<String, String> settings() {
        return address().with(settings == null ? new TreeMap<>() : new TreeMap<>(settings));
    }
}
