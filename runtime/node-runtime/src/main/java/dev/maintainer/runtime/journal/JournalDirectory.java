package dev.maintainer.runtime.journal;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.journal.JournalHeader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A directory with one journal for each node. Thread-safe. */
public final class JournalDirectory {
    private final Path directory;
    private final boolean made;
    private final long limit;
    private final String scheduler;
    private final SortedMap<String, String> schedulerConfiguration;
    private final String product;
    private final List<Opened> opened = new CopyOnWriteArrayList<>();

    private record Opened(HostJournal journal, Path file) {}

    private JournalDirectory(
            Path directory,
            boolean made,
            long limit,
            String scheduler,
            Map<String, String> schedulerConfiguration,
            String product) {
        this.directory = directory;
        this.made = made;
        this.limit = limit;
        this.scheduler = scheduler;
        this.schedulerConfiguration = new TreeMap<>(schedulerConfiguration);
        this.product = product;
    }

    /**
     * Takes a directory for the journals of a run, and makes it if it is not there.
     *
     * @param limit the most bytes of one node's journal; at the limit it ends, because a replay needs the beginning
     * @param scheduler the planner of the maintainers, with its configuration
     * @param product the version that writes
     * @throws MaintainerException if it cannot be created, or has journals already: they are not overwritten
     */
    public static JournalDirectory create(
            Path directory, long limit, String scheduler, Map<String, String> schedulerConfiguration, String product)
            throws MaintainerException {
        boolean made = !Files.exists(directory);
        try {
            Files.createDirectories(directory);
            if (!Files.isWritable(directory)) {
                throw new IOException("it cannot be written");
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "no journals in " + directory + ": " + FileProblem.of(e) + "; name another",
                    e);
        }
        if (!journals(directory).isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    directory + " has journals of an earlier run; remove them, or name another directory");
        }
        return new JournalDirectory(directory, made, limit, scheduler, schedulerConfiguration, product);
    }

    /**
     * The journal files of a directory, by name; or the one file that is given.
     *
     * @throws MaintainerException if there is no such path
     */
    public static List<Path> journals(Path path) throws MaintainerException {
        if (!Files.isDirectory(path)) {
            if (!Files.isReadable(path)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "no journal: " + path + "; name a file or a directory of journals");
            }
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(JournalFormat.SUFFIX))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, "cannot list " + path + ": " + e, e);
        }
    }

    /** Removes the directory if it was made for a run that does not begin. */
    public void release() {
        try {
            if (made) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "cannot remove " + directory + ": " + e + "; remove it", e);
        }
    }

    /** Begins the journal of a node. If its file cannot be created, the journal has ended before it begins. */
    public HostJournal open(NodeId node, MaintainerConfig config, long nowMillis) {
        JournalHeader header = new JournalHeader(
                node, config, scheduler, schedulerConfiguration, product, nowMillis, System.currentTimeMillis());
        Path file = directory.resolve(fileName(node));
        HostJournal journal = new HostJournal(header, limit, () -> {
            Files.createFile(file);
            // Not through a channel: the thread is interrupted when it is stopped, and a channel would be closed by
            // that.
            return new FileOutputStream(file.toFile(), true);
        });
        opened.add(new Opened(journal, file));
        return journal;
    }

    private static String fileName(NodeId node) {
        return URLEncoder.encode(node.value(), StandardCharsets.UTF_8).replace("*", "%2A") + JournalFormat.SUFFIX;
    }

    /** What was written; after the event loops of all nodes have ended. A file that has vanished is a problem. */
    public List<JournalSummary> summaries() {
        for (Opened each : opened) {
            if (!Files.exists(each.file)) {
                each.journal.spoilt(each.file + " has vanished");
            }
        }
        return opened.stream()
                .map(each -> each.journal.summary())
                .sorted(Comparator.comparing(JournalSummary::node))
                .toList();
    }

    /** Where the journals are. */
    public Path path() {
        return directory;
    }
}
