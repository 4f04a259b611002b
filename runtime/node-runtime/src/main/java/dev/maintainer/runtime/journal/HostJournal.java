package dev.maintainer.runtime.journal;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.journal.EffectDigest;
import dev.maintainer.core.journal.JournalEncoder;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.RecordWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the journal of one host. It only observes: whatever happens to it, it never throws; it ends, reports that
 * once, and the host goes on. Used on the event loop of the host, and by whoever closes it after that loop has ended;
 * {@link #summary} may be called from any thread.
 */
public final class HostJournal {
    private static final Logger LOG = LoggerFactory.getLogger(HostJournal.class);
    private static final int PORTION = 64 << 10;
    private static final long FLUSH_MILLIS = 250;
    /** Room for the last word. */
    private static final int RESERVE = 512;

    private final JournalHeader header;
    private final long limit;
    private final RecordCodec codec;
    private final RecordWriter portion;
    private final JournalEncoder encoder;
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private byte[] packed = new byte[PORTION];
    private @Nullable OutputStream out;
    private long bytes;
    private long effects;
    private long hash;
    private long flushedAt;
    private volatile JournalSummary summary;

    /** Opens the output; may fail. */
    @FunctionalInterface
    interface Opener {
        OutputStream open() throws IOException;
    }

    /**
     * Begins a journal.
     *
     * @param limit the most bytes that are written
     */
    HostJournal(JournalHeader header, long limit, Opener opener) {
        this.header = header;
        this.limit = limit;
        this.codec = new RecordCodec();
        this.portion = codec.writer();
        this.encoder = new JournalEncoder(portion);
        this.flushedAt = header.startMillis();
        this.summary = new JournalSummary(header.node(), 0, 0, 0, 0, null);
        try {
            out = opener.open();
            out.write(JournalFormat.MAGIC);
            bytes = JournalFormat.MAGIC.length;
            encoder.header(header);
            writeFrame(JournalFormat.HEADER, portion.array(), portion.size());
            portion.clear();
            publish(null);
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    RecordCodec codec() {
        return codec;
    }

    /** Whether it still takes entries. */
    public boolean isOpen() {
        return out != null;
    }

    /** What has been written, up to the last portion. */
    public JournalSummary summary() {
        return summary;
    }

    void record(
            long nowMillis,
            HostInput input,
            @Nullable Disposition disposition,
            @Nullable String failure,
            EffectDigest digest) {
        if (out == null) {
            return;
        }
        try {
            encoder.entry(nowMillis, input, disposition, failure, digest.count(), digest.hash());
            effects += digest.count();
            hash = EffectDigest.chain(hash, digest.count(), digest.hash());
            boolean due = input instanceof HostInput.Tick && nowMillis - flushedAt >= FLUSH_MILLIS;
            if (due || portion.size() >= PORTION) {
                flushedAt = nowMillis;
                flush();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** Ends the journal because it cannot go on. */
    void fail(Exception cause) {
        if (out == null && summary.problem() != null) {
            return;
        }
        end("cannot be written: " + cause, false);
    }

    /** Writes what is left, and the last word. */
    public void close() {
        if (out == null) {
            return;
        }
        try {
            flush();
            if (out != null) {
                lastWord("closed");
                closeOutput();
                publish(null);
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** Something is wrong with what was written. */
    void spoilt(String problem) {
        if (summary.problem() == null) {
            end(problem, false);
        }
    }

    private void flush() throws IOException {
        if (portion.size() == 0) {
            return;
        }
        int size = pack(portion.array(), portion.size());
        if (bytes + JournalFormat.FRAME_OVERHEAD + size + RESERVE > limit) {
            end("ends at its limit of " + limit + " bytes; allow more with --journal-limit", true);
            return;
        }
        writePacked(JournalFormat.ENTRIES, portion.size(), size);
        portion.clear();
        publish(null);
    }

    private void end(String problem, boolean lastWord) {
        LOG.error("journal of {}: {}; nothing more is journalled, the node goes on", header.node(), problem);
        publish(problem);
        try {
            if (lastWord) {
                lastWord(problem);
            }
            closeOutput();
        } catch (IOException | RuntimeException e) {
            // It has ended already, and was said to.
            out = null;
        }
    }

    private void lastWord(String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        writeFrame(JournalFormat.END, text, Math.min(text.length, RESERVE / 2));
    }

    private void closeOutput() throws IOException {
        OutputStream closing = out;
        out = null;
        deflater.end();
        if (closing != null) {
            closing.close();
        }
    }

    private void publish(@Nullable String problem) {
        JournalSummary last = summary;
        summary = problem == null
                ? new JournalSummary(header.node(), encoder.entries(), effects, bytes, hash, null)
                : new JournalSummary(last.node(), last.entries(), last.effects(), last.bytes(), last.hash(), problem);
    }

    private void writeFrame(int kind, byte[] plain, int size) throws IOException {
        writePacked(kind, size, pack(plain, size));
    }

    private int pack(byte[] plain, int size) throws IOException {
        if (size > JournalFormat.LARGEST_FRAME) {
            throw new IOException("one input takes " + size + " bytes");
        }
        deflater.reset();
        deflater.setInput(plain, 0, size);
        deflater.finish();
        int length = 0;
        while (!deflater.finished()) {
            if (length == packed.length) {
                packed = Arrays.copyOf(packed, packed.length * 2);
            }
            length += deflater.deflate(packed, length, packed.length - length);
        }
        return length;
    }

    private void writePacked(int kind, int plain, int size) throws IOException {
        OutputStream target = out;
        if (target == null) {
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(JournalFormat.FRAME_OVERHEAD + size);
        frame.put((byte) kind).putInt(plain).putInt(size);
        frame.putInt(JournalFormat.checksum(kind, plain, size, packed));
        frame.put(packed, 0, size);
        target.write(frame.array());
        bytes += frame.capacity();
    }
}
