package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The sink that people have named.
 *
 * @param address where it is
 * @param settings what they have set beside it, by key
 * @param connectors what opens it; null if it is one of files
 */
public record RunSink(
        ConnectorAddress address,
        SortedMap<String, String> settings,
        @Nullable Connectors connectors) {
    RunTarget claim(TargetClaim claim) throws MaintainerException {
        boolean files = connectors == null || address.scheme().equals(FileSinkProvider.SCHEME);
        SortedMap<String, String> all = address.with(settings);
        if (files && !all.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink files has no setting '" + Printable.line(all.firstKey()) + "'; it has none");
        }
        // Of files a run knows more: it takes up what an earlier one has left, and replaces what is finished.
        return files || connectors == null
                ? FilesTarget.claim(FileSinkProvider.directory(address), claim)
                : ConnectorTarget.open(this, connectors, claim);
    }
}
