package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.replication.file.LineReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file that grows into a {@link TailedLog}, line by line, on a thread of its own. A line without an end is not there
 * yet. A file that becomes shorter, goes, or is replaced by another one, is no log any more, and neither is one with a line that
 * cannot be used; whatever else fails is tried again.
 */
final class LogTail implements AutoCloseable {
    private static final long POLL_MILLIS = 50;
    /** After so many lines it looks whether it should end. */
    private static final int LINES = 1_000;

    private static final long END_MILLIS = 5_000;

    private final Path file;
    private final FileInputStream in;
    private final LineReader lines;
    private final @Nullable Object fileKey;
    private final TailedLog log;
    private final String firstLine;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Opens a file and reads its first line.
     *
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if there is none yet, {@code BAD_INPUT} if it cannot be used
     */
    LogTail(Path file, TailedLog log) {
        this.file = file;
        this.log = log;
        this.in = open(file);
        boolean opened = false;
        try {
            this.lines = new LineReader(in);
            this.fileKey = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            String first = nextLine();
            if (first == null) {
                throw new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "change log " + file + " has no complete first line yet; write one, and open it again");
            }
            this.firstLine = first;
            log.accept(1, first);
            opened = true;
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            if (!opened) {
                closeFile();
            }
        }
        this.thread = new Thread(this::run, "changelog-tail");
        thread.setDaemon(true);
    }

    private static FileInputStream open(Path file) {
        try {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            return new FileInputStream(file.toFile());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static MaintainerException unreadable(Path file, IOException e) {
        return new MaintainerException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "cannot read change log " + file + ": " + FileProblem.of(e) + "; check the path, or try again",
                e);
    }

    private MaintainerException unreadable(IOException e) {
        return unreadable(file, e);
    }

    /** SHA-256 of the first line, in hexadecimal. */
    String digestOfFirstLine() {
        return ChangeLogReader.digestOf(firstLine);
    }

    /** Goes on reading. */
    void start() {
        thread.start();
    }

    private void run() {
        boolean ended = false;
        try {
            boolean more = true;
            while (!closing.await(more ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                more = readOn();
            }
            ended = true;
        } catch (MaintainerException e) {
            log.fail(e);
            ended = true;
        } catch (InterruptedException e) {
            // Nobody but whoever ends this interrupts it.
            ended = true;
        } finally {
            if (!ended) {
                log.fail(new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "the thread that reads change log " + file + " has failed; see the log, and start again"));
            }
            closeFile();
        }
    }

    /** Whether there was something. */
    private boolean readOn() {
        try {
            for (int i = 0; i < LINES; i++) {
                String line = nextLine();
                if (line == null) {
                    checkFile();
                    log.recovered();
                    return i > 0;
                }
                log.accept(lines.line(), line);
            }
            return true;
        } catch (IOException e) {
            log.fail(unreadable(e));
            return false;
        }
    }

    private @Nullable String nextLine() throws IOException {
        try {
            return lines.nextEnded();
        } catch (CharacterCodingException | LineReader.TooLongException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    file + ":" + lines.line() + ": "
                            + (e instanceof CharacterCodingException ? "not UTF-8" : e.getMessage()),
                    e);
        }
    }

    private void checkFile() throws IOException {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw gone("is not there any more");
        }
        if (!Objects.equals(now.fileKey(), fileKey)) {
            throw gone("was replaced by another file");
        }
        if (in.getChannel().size() < in.getChannel().position()) {
            throw gone("has become shorter");
        }
    }

    private MaintainerException gone(String how) {
        return new MaintainerException(
                ErrorCode.SOURCE_HISTORY_LOST,
                "change log " + file + " " + how + " after line " + lines.line()
                        + "; a growing log is only ever appended to. Put it back, and open it again");
    }

    private void closeFile() {
        try {
            in.close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    /** Ends reading; waits at most a few seconds for the line that is being read. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
