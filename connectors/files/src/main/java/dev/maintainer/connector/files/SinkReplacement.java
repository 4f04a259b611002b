package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what was made in a directory inside a finished sink into its place. A crash in between leaves a list of what belongs
 * to the new sink, and whoever claims the directory next completes it; until then readers find the new tables where they are.
 */
final class SinkReplacement {
    private static final Logger LOG = LoggerFactory.getLogger(SinkReplacement.class);
    /** Where the successor of a finished sink is made. */
    private static final String NEXT = "next";
    /** Is there once the successor is complete; names its parts, a line each. */
    private static final String COMPLETE = ".complete";

    private static final String OUTDATED = ".outdated";
    private static final String PROBE = ".maintainer-probe";

    private final Path home;

    /** For the sink in a directory. */
    SinkReplacement(Path home) {
        this.home = home;
    }

    /** Where the successor is made. */
    Path next() {
        return home.resolve(NEXT);
    }

    /**
     * Where a part of the right sink is at this moment, if it has that.
     *
     * @throws IOException if it cannot be known
     */
    Path current(String part) throws IOException {
        Path made = next().resolve(part);
        try {
            if (isComplete() && (Files.exists(made) || !partsOfNext().contains(part))) {
                return made;
            }
        } catch (NoSuchFileException e) {
            // Somebody has completed it just now.
        }
        return home.resolve(part);
    }

    private List<String> partsOfNext() throws IOException {
        return Files.readAllLines(next().resolve(COMPLETE));
    }

    private boolean isComplete() {
        return Files.exists(next().resolve(COMPLETE));
    }

    /**
     * Refuses a sink whose parts could not be put aside in the end.
     *
     * @throws MaintainerException if one cannot be written, or is on another file system
     */
    void check() throws MaintainerException {
        for (String part : SinkDirectory.PARTS) {
            Path path = home.resolve(part);
            try {
                if (Files.isDirectory(path)) {
                    Path probe = path.resolve(PROBE);
                    Files.deleteIfExists(probe);
                    Files.createFile(probe);
                    Files.delete(probe);
                    if (!Files.getFileStore(path).equals(Files.getFileStore(home))) {
                        throw new IOException("it is on another file system than " + home);
                    }
                }
            } catch (IOException e) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        path + " could not be replaced when the run has come to its end: " + e
                                + "; make it writable, or name another sink",
                        e);
            }
        }
    }

    /** The successor is complete and durable: from now on it counts. */
    void complete() throws IOException {
        List<String> present = new ArrayList<>();
        for (String part : SinkDirectory.PARTS) {
            if (Files.exists(next().resolve(part))) {
                present.add(part);
            }
        }
        DurableFiles.write(next().resolve(COMPLETE), String.join("\n", present));
        rollForward();
    }

    /** Completes what was begun; nothing if nothing was. */
    void rollForward() throws IOException {
        Path outdated = home.resolve(OUTDATED);
        if (isComplete()) {
            List<String> present = partsOfNext();
            Files.createDirectories(outdated);
            for (String part : SinkDirectory.PARTS) {
                Path made = next().resolve(part);
                Path place = home.resolve(part);
                if (!present.contains(part)) {
                    putAside(place, outdated);
                } else if (Files.exists(made)) {
                    putAside(place, outdated);
                    DurableFiles.move(made, place);
                }
            }
            DurableFiles.deleteTree(next());
        }
        try {
            DurableFiles.deleteTree(outdated);
        } catch (IOException e) {
            LOG.warn("{} is what was replaced and could not be removed: {}", outdated, e.toString());
        }
    }

    private static void putAside(Path part, Path outdated) throws IOException {
        if (Files.exists(part)) {
            Path aside = outdated.resolve(part.getFileName());
            DurableFiles.deleteTree(aside);
            DurableFiles.move(part, aside);
        }
    }
}
