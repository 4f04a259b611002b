package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.cluster.embedded.FileMetadataStore;
import dev.maintainer.connector.files.DurableFiles;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Any sink that was found. The metadata of the changefeed is kept as long as the run lasts: the next one begins from the start. */
final class ConnectorTarget implements RunTarget {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectorTarget.class);

    private final ConnectorAddress address;
    private final Sink sink;
    private final Path metadata;
    private final long formerEpoch;

    private ConnectorTarget(ConnectorAddress address, Sink sink, Path metadata, long formerEpoch) {
        this.address = address;
        this.sink = sink;
        this.metadata = metadata;
        this.formerEpoch = formerEpoch;
    }

    /**
     * Opens a sink.
     *
     * @throws MaintainerException if it cannot be used
     */
    static ConnectorTarget open(RunSink named, Connectors connectors, TargetClaim claim) throws MaintainerException {
        ConnectorAddress address = named.address();
        if (claim.options().redo()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "--redo keeps its log beside a sink of files, and " + address + " is none; leave it out");
        }
        Sink sink = connectors.openSink(address, named.settings(), claim.changefeed(), claim.source());
        try {
            long formerEpoch = sink.epoch();
            Path metadata = Files.createTempDirectory("maintainer-metadata-");
            if (formerEpoch > 0) {
                beginAbove(formerEpoch, metadata, claim);
            }
            return new ConnectorTarget(address, sink, metadata, formerEpoch);
        } catch (MaintainerException e) {
            sink.close();
            throw e;
        } catch (IOException e) {
            sink.close();
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "cannot make a temporary directory for metadata: " + e, e);
        }
    }

    /** A changefeed of this name is gone, and its sink is not: the next one is a later owner. */
    private static void beginAbove(long formerEpoch, Path metadata, TargetClaim claim) {
        FileMetadataStore store = new FileMetadataStore(metadata);
        ChangefeedMetadata former = new ChangefeedMetadata(
                claim.changefeed(), new MaintainerEpoch(formerEpoch), 0, ChangefeedMetadata.DesiredState.REMOVE);
        store.compareAndSet(0, former).ifPresent(stored -> store.delete(stored.version(), claim.changefeed()));
    }

    @Override
    public Sink sink() {
        return sink;
    }

    @Override
    public @Nullable RedoStore redo() {
        return null;
    }

    @Override
    public Path metadata() {
        return metadata;
    }

    @Override
    public EarlierChoices earlier() {
        return EarlierChoices.none(metadata);
    }

    @Override
    public long formerEpoch() {
        return formerEpoch;
    }

    @Override
    public void inspect() {}

    @Override
    public Settlement settle(PacedSource source) {
        if (!(sink instanceof ReadableSink readable)) {
            return new Settlement(false, 0, 0, StateDifference.NONE, null);
        }
        StateDifference difference = StateDifference.between(
                source.finalTables(), source::finalRows, readable.tables(), readable::rows, false);
        long rows = 0;
        for (var table : readable.tables()) {
            try (RowCursor cursor = readable.rows(table)) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    rows++;
                }
            }
        }
        return new Settlement(true, readable.tables().size(), rows, difference, null);
    }

    @Override
    public String shown() {
        return address.toString();
    }

    @Override
    public Optional<String> leftBehind() {
        return Optional.empty();
    }

    @Override
    public void release() {
        close();
    }

    @Override
    public void close() {
        try {
            sink.close();
        } catch (RuntimeException | LinkageError e) {
            // What it has called durable was compared before; what it does when it goes takes nothing of that back.
            LOG.warn("{} could not be closed", address, e);
        }
        try {
            DurableFiles.deleteTree(metadata);
        } catch (IOException e) {
            LOG.warn("{} is of no use any more and could not be removed: {}", metadata, e.toString());
        }
    }
}
