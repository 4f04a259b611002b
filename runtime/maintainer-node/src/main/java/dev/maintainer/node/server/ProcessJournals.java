package dev.maintainer.node.server;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.connector.files.DurableFiles;
import dev.maintainer.runtime.journal.JournalDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The journals of a node: one of each process, in a directory of its own, because a replay needs the beginning. Those of a few
 * former processes stay, for whoever looks later.
 */
final class ProcessJournals {
    private static final int KEPT = 8;

    private ProcessJournals() {}

    /**
     * Makes room for the journal of this process.
     *
     * @param directory where all are
     * @param limit the most bytes of one
     * @throws IOException if a former one cannot be removed
     */
    static JournalDirectory begin(Path directory, NodeId process, long limit, String scheduler, String build)
            throws IOException {
        List<Path> newestFirst;
        try (Stream<Path> former = Files.list(directory)) {
            newestFirst = former.filter(Files::isDirectory)
                    .sorted(Comparator.comparing(ProcessJournals::changedAt).reversed())
                    .toList();
        }
        for (Path each : newestFirst.subList(Math.min(KEPT - 1, newestFirst.size()), newestFirst.size())) {
            DurableFiles.deleteTree(each);
        }
        return JournalDirectory.create(
                directory.resolve(process.value()), limit, scheduler, Collections.emptySortedMap(), build);
    }

    private static FileTime changedAt(Path directory) {
        try {
            return Files.getLastModifiedTime(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
