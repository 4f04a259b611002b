package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.file.LineReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
    /** After about so many bytes there is a mark. */
    static final long BETWEEN_MARKS = 8 << 20;

    private static final long END_MILLIS = 5_000;
    private static final String INDEX = "changelog.index";

    private final Path file;
    private final FileInputStream in;
    private LineReader lines;
    private final @Nullable Object fileKey;
    private final TailedLog log;
    private final String digest;
    private final long startTs;
    private final @Nullable LogIndex index;
    private final long betweenMarks;
    /** Where the last mark is, and where it was looked last whether to forget something; in bytes. */
    private long markedAt;

    private long forgotAt;

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Opens a file and reads its first line, and goes to where what follows is needed.
     *
     * @param context says what is needed
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     * @param betweenMarks after how many bytes there may be a mark in the index
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if there is none yet, {@code BAD_INPUT} if it cannot be used
     */
    LogTail(Path file, TailedLog log, SourceContext context, long syncPointInterval, long betweenMarks) {
        this.file = file;
        this.log = log;
        this.betweenMarks = betweenMarks;
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
            this.digest = ChangeLogReader.digestOf(first);
            LogEvents.Kind unused = log.accept(1, first);
            this.startTs = log.firstStartTs();
            Path directory = context.directory();
            this.index = directory == null
                    ? null
                    : goOn(directory.resolve(INDEX), syncPointInterval, context.historyAfter());
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

    private LogIndex goOn(Path indexFile, long syncPointInterval, long historyAfter) throws IOException {
        LogIndex known = LogIndex.open(indexFile, digest, syncPointInterval, historyAfter);
        LogIndex.Start start = known.takeStart();
        if (start == null) {
            return known;
        }
        boolean fits = false;
        try {
            fits = goOnBehind(start);
        } finally {
            if (!fits) {
                known.close();
            }
        }
        return fits ? known : LogIndex.without(indexFile, digest, syncPointInterval);
    }

    private boolean goOnBehind(LogIndex.Start start) throws IOException {
        LogIndex.Mark mark = start.mark();
        if (!isBehind(mark)) {
            return false;
        }
        log.resume(start);
        in.getChannel().position(mark.position());
        lines = new LineReader(in, mark.line(), mark.position());
        markedAt = mark.position();
        forgotAt = mark.position();
        return true;
    }

    /** Whether the line of the mark is where it was. */
    private boolean isBehind(LogIndex.Mark mark) throws IOException {
        byte[] line = ("\n" + mark.text()).getBytes(StandardCharsets.UTF_8);
        // It ends with a line feed, or with two bytes.
        ByteBuffer found = ByteBuffer.allocate(line.length + 2);
        long from = mark.position() - found.capacity();
        int read = from < 0 ? -1 : 0;
        while (read >= 0 && found.hasRemaining()) {
            read = in.getChannel().read(found, from + found.position());
        }
        String text = new String(found.array(), StandardCharsets.ISO_8859_1);
        String wanted = new String(line, StandardCharsets.ISO_8859_1);
        return !found.hasRemaining() && (text.endsWith(wanted + "\n") || text.equals(wanted + "\r\n"));
    }

    /** SHA-256 of the first line, in hexadecimal. */
    String digestOfFirstLine() {
        return digest;
    }

    /** The position before everything; a TSO. */
    long startTs() {
        return startTs;
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
                LogEvents.Kind kind = log.accept(lines.line(), line);
                indexed(kind, line);
            }
            return true;
        } catch (IOException e) {
            log.fail(unreadable(e));
            return false;
        }
    }

    private void indexed(LogEvents.Kind kind, String line) {
        if (kind == LogEvents.Kind.DDL && index != null) {
            index.add(new LogIndex.Line(lines.line(), line));
        }
        if (kind != LogEvents.Kind.STATEMENT) {
            return;
        }
        long position = lines.position();
        // Also of a log that never allows a mark: a table without further rows would keep its segment of the spool.
        if (position - forgotAt >= betweenMarks) {
            forgotAt = position;
            log.forget();
        }
        if (index != null && position - markedAt >= betweenMarks) {
            LogIndex.Mark mark = log.mark(position, lines.line(), line);
            if (mark != null) {
                markedAt = position;
                index.add(mark);
            }
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
        if (index != null) {
            index.close();
        }
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
