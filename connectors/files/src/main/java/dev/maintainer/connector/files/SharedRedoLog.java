package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.TableId;
import dev.maintainer.connector.files.claim.Claims;
import dev.maintainer.connector.files.claim.Promise;
import dev.maintainer.connector.files.claim.Promises;
import dev.maintainer.replication.RedoStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A redo log in a directory that any number of processes share, as one of them sees it: rows by claims and seals as in a sink, and
 * promises by {@link Promises}. Nothing of what counts is known in memory alone. Thread-safe.
 */
public final class SharedRedoLog implements RedoStore {
    private final Path path;
    private final FileSink rows;
    private final Promises promises;

    private SharedRedoLog(SinkDirectory directory, ChangefeedId changefeed) {
        this.path = directory.path();
        this.rows = new FileSink(directory, changefeed.in(ReplicationMode.REDO));
        this.promises = new Promises(rows.files());
    }

    /**
     * Opens the log for this process.
     *
     * @param place where it is; made if it is not there
     * @param source which source, as the sink is told
     * @throws MaintainerException if the directory has other content, is of another source or of a run, or cannot be used
     */
    public static SharedRedoLog open(RedoPlace place, String source, ChangefeedId changefeed)
            throws MaintainerException {
        return new SharedRedoLog(
                place.besideSink()
                        ? SinkDirectory.sharePart(place.path(), source)
                        : SinkDirectory.share(place.path(), source),
                changefeed);
    }

    /**
     * Refuses what {@link #open} would refuse, and a log that has something of another changefeed: what that has promised would be taken
     * for a promise of this one. Changes nothing.
     *
     * @throws MaintainerException with {@code SINK_UNAVAILABLE}
     */
    public static void check(RedoPlace place, String source) throws MaintainerException {
        if (!place.besideSink()) {
            SinkClaim.refuseInside(place.path());
        }
        SinkClaim.checkShare(place.path(), source);
        for (String part : new String[] {Claims.EPOCHS, SinkDirectory.SEGMENTS, Promises.DIRECTORY}) {
            if (Files.exists(place.path().resolve(part))) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        "redo log " + place.path() + " has what another changefeed has written and promised, and would"
                                + " be no log of this one; restore from it what is needed and remove it, or name another"
                                + " directory");
            }
        }
    }

    @Override
    public FileSink rows() {
        return rows;
    }

    @Override
    public void fence(ChangefeedId pipeline, MaintainerEpoch owner) throws MaintainerException {
        rows.fence(pipeline, owner);
        Promise there = raise(owner, 0, 0);
        if (there.epoch() > owner.value()) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED,
                    "epoch " + owner + " is older than that of redo log " + path + ", " + there.epoch()
                            + "; the present owner does it again");
        }
    }

    @Override
    public Optional<RedoMeta> persist(RedoMeta wanted, MaintainerEpoch owner) throws MaintainerException {
        Promise there = raise(owner, wanted.checkpointTs(), wanted.resolvedTs());
        return there.epoch() > owner.value() ? Optional.empty() : Optional.ofNullable(metaOf(there));
    }

    private Promise raise(MaintainerEpoch owner, long checkpointTs, long resolvedTs) {
        try {
            return promises.raise(owner.value(), checkpointTs, resolvedTs);
        } catch (IOException e) {
            throw rows.failed(SinkClaim.unavailable("cannot keep its promise", path, e));
        }
    }

    @Override
    public @Nullable RedoMeta meta() throws MaintainerException {
        return metaOf(read(promises, path));
    }

    static Promise read(Promises promises, Path log) throws MaintainerException {
        try {
            return promises.read();
        } catch (IOException e) {
            throw SinkClaim.unavailable("has an unreadable promise", log, e);
        }
    }

    static @Nullable RedoMeta metaOf(Promise promise) {
        return promise.resolvedTs() == 0 ? null : new RedoMeta(promise.checkpointTs(), promise.resolvedTs());
    }

    @Override
    public long completeTo(TableId table) throws MaintainerException {
        TableProgress progress = new TableProgress();
        try {
            rows.claims().completed(table.toString()).forEach(progress::complete);
        } catch (IOException e) {
            throw rows.failed(SinkClaim.unavailable("cannot be read", path, e));
        }
        return progress.completeTo();
    }

    @Override
    public void close() {
        rows.close();
    }
}
