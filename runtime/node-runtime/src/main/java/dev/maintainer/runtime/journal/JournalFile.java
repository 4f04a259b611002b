package dev.maintainer.runtime.journal;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.core.journal.JournalDecoder;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.RecordedInput;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal file, portion by portion. A damaged or torn frame ends it: what follows cannot be decoded without it.
 * Used by one thread.
 */
public final class JournalFile implements AutoCloseable {
    private final Path file;
    private final DataInputStream in;
    private final long size;
    private final JournalDecoder decoder;
    private final JournalHeader header;
    private long position;
    private String ending = "";
    private boolean whole;

    /**
     * Opens a file and reads its header.
     *
     * @throws MaintainerException if it is no journal, or one of another version
     */
    public JournalFile(Path file, RecordCodec codec) throws MaintainerException {
        this.file = file;
        this.decoder = new JournalDecoder(codec);
        try {
            this.size = Files.size(file);
            this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        } catch (IOException e) {
            throw unreadable(e.toString(), e);
        }
        try {
            byte[] magic = in.readNBytes(JournalFormat.MAGIC.length);
            position = magic.length;
            if (!Arrays.equals(magic, JournalFormat.MAGIC)) {
                throw unreadable("it does not begin as a journal of this version does", null);
            }
            Frame first = nextFrame();
            if (first == null || first.kind != JournalFormat.HEADER) {
                throw unreadable("it has no header: " + ending, null);
            }
            this.header = decoder.header(first.content, first.content.length);
        } catch (IOException e) {
            close();
            throw unreadable(e.toString(), e);
        } catch (MaintainerException e) {
            close();
            throw e;
        }
    }

    private static final class Frame {
        final int kind;
        final byte[] content;

        Frame(int kind, byte[] content) {
            this.kind = kind;
            this.content = content;
        }
    }

    /** The header. */
    public JournalHeader header() {
        return header;
    }

    /** The next entries; none at the end. */
    public List<RecordedInput> next() throws MaintainerException {
        try {
            Frame frame = nextFrame();
            if (frame == null) {
                return List.of();
            }
            if (frame.kind == JournalFormat.END) {
                String reason = new String(frame.content, StandardCharsets.UTF_8);
                whole = reason.equals("closed");
                ending = reason;
                return List.of();
            }
            return decoder.entries(frame.content, frame.content.length);
        } catch (IOException e) {
            throw unreadable(e.toString(), e);
        } catch (MaintainerException e) {
            throw unreadable(String.valueOf(e.getMessage()), e);
        }
    }

    /** After the last entry: how it ends, for people. */
    public String ending() {
        return ending;
    }

    /** After the last entry: whether it holds the whole life of its host. */
    public boolean isWhole() {
        return whole;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // It was only read.
            ending = ending + "; " + e;
        }
    }

    private @Nullable Frame nextFrame() throws IOException {
        long start = position;
        if (start == size) {
            ending = "no last word: the process died, or is still writing";
            return null;
        }
        try {
            byte[] head = in.readNBytes(JournalFormat.FRAME_OVERHEAD);
            if (head.length < JournalFormat.FRAME_OVERHEAD) {
                throw new EOFException();
            }
            ByteBuffer fields = ByteBuffer.wrap(head);
            int kind = fields.get();
            int plain = fields.getInt();
            int packed = fields.getInt();
            int checksum = fields.getInt();
            if (plain < 0
                    || plain > JournalFormat.LARGEST_FRAME
                    || packed < 0
                    || packed > JournalFormat.LARGEST_FRAME) {
                throw new DataFormatException("sizes " + plain + " and " + packed);
            }
            byte[] content = in.readNBytes(packed);
            if (content.length < packed) {
                throw new EOFException();
            }
            if (kind < JournalFormat.HEADER || kind > JournalFormat.END) {
                throw new DataFormatException("a frame of kind " + kind);
            }
            if (JournalFormat.checksum(kind, plain, packed, content) != checksum) {
                throw new DataFormatException("wrong checksum");
            }
            position += JournalFormat.FRAME_OVERHEAD + packed;
            return new Frame(kind, inflate(content, plain));
        } catch (EOFException e) {
            ending = "torn: the last " + (size - start) + " bytes are the beginning of a frame";
            return null;
        } catch (DataFormatException e) {
            ending = "damaged at byte " + start + " (" + e.getMessage() + "): the last " + (size - start)
                    + " bytes cannot be used";
            return null;
        }
    }

    private static byte[] inflate(byte[] packed, int plain) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] content = new byte[plain];
            int length = 0;
            while (length < plain) {
                int more = inflater.inflate(content, length, plain - length);
                if (more == 0) {
                    throw new DataFormatException("shorter than it says");
                }
                length += more;
            }
            return content;
        } finally {
            inflater.end();
        }
    }

    private MaintainerException unreadable(String why, @Nullable Throwable cause) {
        return new MaintainerException(ErrorCode.BAD_INPUT, "cannot read journal " + file + ": " + why, cause);
    }
}
