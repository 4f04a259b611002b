package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.files.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the sources of a node keep what makes their next opening cheaper, a directory for each changefeed. Whatever is in it may be
 * lost. Those of changefeeds that were removed while the node was down are found when it starts, and stay until the store has
 * said that there are no such changefeeds any more. Thread-safe.
 */
final class SourceDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(SourceDirectories.class);

    private final Path directory;
    /** Left by a former process, and not taken by this one. */
    private final Set<ChangefeedId> left = ConcurrentHashMap.newKeySet();

    private final Set<ChangefeedId> gone = ConcurrentHashMap.newKeySet();

    /**
     * Looks what a former process has left.
     *
     * @param directory of this node alone; it need not exist
     */
    SourceDirectories(Path directory) {
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path each : entries) {
                find(String.valueOf(each.getFileName()));
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, directory + " cannot be read: " + e + "; check permissions", e);
        }
    }

    private void find(String name) {
        try {
            left.add(new ChangefeedId(name));
        } catch (IllegalArgumentException e) {
            LOG.warn("{} has a directory that no source has made; it is left alone", directory);
        }
    }

    /** {@return where the source of a changefeed may keep something; it need not exist} */
    Path take(ChangefeedId changefeed) {
        left.remove(changefeed);
        return directory.resolve(changefeed.name());
    }

    /** {@return changefeeds of which a former process has left something that nobody has taken since} */
    Set<ChangefeedId> left() {
        return Set.copyOf(left);
    }

    /**
     * The store has no such changefeeds.
     *
     * @param changefeeds some of what {@link #left} has returned
     */
    void areGone(Collection<ChangefeedId> changefeeds) {
        gone.addAll(changefeeds);
    }

    /** Deletes what is known to be {@link #areGone gone}, unless somebody has taken it since. */
    void deleteGone() {
        for (ChangefeedId each : List.copyOf(gone)) {
            gone.remove(each);
            if (left.remove(each)) {
                LOG.info("changefeed {} was removed while this node was down; what its source has kept goes", each);
                delete(each);
            }
        }
    }

    /** Deletes what is kept for a changefeed that is gone for good. */
    void delete(ChangefeedId changefeed) {
        try {
            DurableFiles.deleteTree(directory.resolve(changefeed.name()));
        } catch (IOException e) {
            LOG.warn("what was kept of the source of changefeed {} cannot be removed: {}", changefeed, e.toString());
        }
    }
}
