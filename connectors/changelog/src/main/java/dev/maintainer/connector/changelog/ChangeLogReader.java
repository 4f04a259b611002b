package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.replication.file.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change log, one JSON object per line, plain or gzipped (recognised by content, not by name), and refuses what
 * breaks its format or its order, with file and line.
 */
public final class ChangeLogReader {
    private final String name;
    private final ChangeLogBuilder builder;
    private final LogEvents events;
    private long line;

    private ChangeLogReader(String name, long syncPointInterval) {
        this.name = name;
        this.builder = new ChangeLogBuilder(syncPointInterval);
        this.events = new LogEvents(name, builder);
    }

    /** Reads a file, or a pipe, without sync points. */
    public static ChangeLog read(Path file) throws MaintainerException {
        return read(file, 0);
    }

    /**
     * Reads a file, or a pipe.
     *
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     */
    public static ChangeLog read(Path file, long syncPointInterval) throws MaintainerException {
        try (InputStream in = Gzip.open(file)) {
            return new ChangeLogReader(file.toString(), syncPointInterval).readAll(in);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "cannot read change log " + file + ": " + FileProblem.of(e) + "; check the path",
                    e);
        }
    }

    /** Reads a stream, without sync points; {@code name} is what errors call it. Does not close it. */
    public static ChangeLog read(String name, InputStream in) throws MaintainerException {
        return read(name, in, 0);
    }

    /** Reads a stream as {@link #read(String, InputStream)}, with sync points as {@link #read(Path, long)}. */
    public static ChangeLog read(String name, InputStream in, long syncPointInterval) throws MaintainerException {
        ChangeLogReader reader = new ChangeLogReader(name, syncPointInterval);
        try {
            return reader.readAll(Gzip.plain(in));
        } catch (IOException e) {
            reader.line = 1;
            throw reader.bad("cannot be read: " + reason(e), e);
        }
    }

    private ChangeLog readAll(InputStream plain) {
        MessageDigest digest = sha256();
        String digestOfFirstLine = null;
        try {
            LineReader lines = new LineReader(new DigestInputStream(plain, digest));
            String text;
            while ((text = next(lines)) != null) {
                line = lines.line();
                digestOfFirstLine = digestOfFirstLine == null ? digestOf(text) : digestOfFirstLine;
                events.accept(line, text);
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    name
                            + (line == 0
                                    ? ": its first line cannot be read: "
                                    : ": cannot be read after line " + line + ": ")
                            + reason(e) + "; get it anew from where it comes from",
                    e);
        }
        if (builder.isEmpty()) {
            line = Math.max(1, line);
            throw bad("the change log is empty", null);
        }
        return builder.build(HexFormat.of().formatHex(digest.digest()), digestOfFirstLine);
    }

    private @Nullable String next(LineReader lines) throws IOException {
        try {
            return lines.next();
        } catch (CharacterCodingException e) {
            line = lines.line();
            throw bad("not UTF-8: " + reason(e), e);
        } catch (LineReader.TooLongException e) {
            line = lines.line();
            throw bad(String.valueOf(e.getMessage()), e);
        }
    }

    private MaintainerException bad(String what, @Nullable Throwable cause) {
        return events.bad(line, what, cause);
    }

    static String reason(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
    }

    /** SHA-256 of a line, in hexadecimal. */
    static String digestOf(String line) {
        return HexFormat.of().formatHex(sha256().digest(line.getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
