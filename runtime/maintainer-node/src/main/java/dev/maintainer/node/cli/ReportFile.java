package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Where a run writes its result for programs. */
final class ReportFile {
    private final Path file;
    private final Path temporary;

    /**
     * A place for the report, which is tried and left as it was.
     *
     * @throws MaintainerException if it could not be written there
     */
    ReportFile(Path file) throws MaintainerException {
        this.file = file;
        // Not made from the name of the report, which may be as long as names can be.
        this.temporary = file.resolveSibling(
                ".report-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ".tmp");
        try {
            if (exists() && !Files.isRegularFile(file)) {
                throw new IOException("it exists and is not a file");
            }
            Files.createFile(temporary);
            Files.delete(temporary);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Unlike {@link Files#exists}, tells a name that cannot be from one that is not there. */
    private boolean exists() throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The report of an earlier run is not taken for that of this one, which begins now. */
    void removeOld() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Writes the report in one step. */
    void write(RunResult result) {
        try {
            String json = StrictJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result.toJson());
            Files.writeString(temporary, json + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private MaintainerException failure(IOException cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "cannot write report " + file + ": " + FileProblem.ofWriting(file, cause) + "; name another",
                cause);
    }
}
