package dev.maintainer.replication.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 text one by one. It decodes a line when it is asked for, so a byte that is not UTF-8 is found in its
 * own line. Lines end with a line feed, or a carriage return and a line feed. Not thread-safe.
 */
public final class LineReader {
    /** How long a line may be, in bytes, without its end. */
    public static final int LIMIT = 64 << 20;

    private static final int LONGEST_END = 2;

    /** A line is longer than {@link #LIMIT}; it is the one that was asked for last. */
    public static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;

        private TooLongException() {
            super("the line is longer than " + (LIMIT >> 20) + " MiB; make shorter ones");
        }
    }

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    /** How much behind {@code start} is known to have no line end. */
    private int scanned;

    private long line;
    private long filledTo;

    /** Reads from a stream that is not closed. */
    public LineReader(InputStream in) {
        this(in, 0, 0);
    }

    /**
     * Reads the rest of a file from a stream that is not closed.
     *
     * @param in the bytes that follow
     * @param line how many lines come before
     * @param position how many bytes come before
     */
    public LineReader(InputStream in, long line, long position) {
        this.in = in;
        this.line = line;
        this.filledTo = position;
    }

    /** Number of the line that was asked for last, from 1; 0 before the first. */
    public long line() {
        return line;
    }

    /** How many bytes there are up to the end of the line that was returned last, with its end. */
    public long position() {
        return filledTo - (end - start);
    }

    /**
     * The next line without its end, or null after the last.
     *
     * @throws CharacterCodingException if it is not UTF-8
     * @throws TooLongException if it is longer than {@link #LIMIT}
     * @throws IOException if it cannot be read
     */
    public @Nullable String next() throws IOException {
        String ended = nextEnded();
        if (ended != null || start == end) {
            return ended;
        }
        line++;
        String text = decode(start, end);
        start = end;
        scanned = 0;
        return text;
    }

    /**
     * The next line without its end, or null if its end has not come yet. Of a stream that grows it may be asked for again,
     * also after the stream has said that this was all.
     *
     * @throws CharacterCodingException if it is not UTF-8
     * @throws TooLongException if it is longer than {@link #LIMIT}
     * @throws IOException if it cannot be read
     */
    public @Nullable String nextEnded() throws IOException {
        line++;
        do {
            for (int i = start + scanned; i < end; i++) {
                if (buffer[i] == '\n') {
                    String text = decode(start, i > start && buffer[i - 1] == '\r' ? i - 1 : i);
                    start = i + 1;
                    scanned = 0;
                    return text;
                }
            }
            scanned = end - start;
        } while (fill());
        line--;
        return null;
    }

    private String decode(int from, int to) throws IOException {
        if (to - from > LIMIT) {
            throw new TooLongException();
        }
        return decoder.decode(ByteBuffer.wrap(buffer, from, to - from)).toString();
    }

    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            if (end >= LIMIT + LONGEST_END) {
                throw new TooLongException();
            }
            buffer = Arrays.copyOf(buffer, Math.min(LIMIT + LONGEST_END, buffer.length * 2));
        }
        int read = in.read(buffer, end, buffer.length - end);
        int more = Math.max(0, read);
        end += more;
        filledTo += more;
        return read >= 0;
    }
}
