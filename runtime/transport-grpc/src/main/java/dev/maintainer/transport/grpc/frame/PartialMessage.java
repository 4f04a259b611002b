package dev.maintainer.transport.grpc.frame;

import dev.maintainer.transport.grpc.frame.FrameException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** What has come of one message. Holds its share of the budget until it is closed. */
final class PartialMessage implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final int largest;
    private final ByteBudget budget;
    private final int checksum;
    private final @Nullable Inflater inflater;
    private final List<byte[]> chunks = new ArrayList<>();
    private int size;

    PartialMessage(int largest, ByteBudget budget, boolean deflated, int checksum) {
        this.largest = largest;
        this.budget = budget;
        this.checksum = checksum;
        this.inflater = deflated ? new Inflater(true) : null;
    }

    void add(byte[] piece) {
        if (inflater == null) {
            append(piece);
        } else {
            inflate(inflater, piece);
        }
    }

    private void inflate(Inflater from, byte[] piece) {
        from.setInput(piece);
        byte[] buffer = new byte[CHUNK];
        try {
            while (!from.needsInput() && !from.finished()) {
                int count = from.inflate(buffer);
                if (from.needsDictionary()) {
                    throw damaged();
                }
                if (count > 0) {
                    append(Arrays.copyOf(buffer, count));
                }
            }
        } catch (DataFormatException e) {
            throw damaged();
        }
        if (from.getRemaining() > 0) {
            throw damaged();
        }
    }

    private void append(byte[] chunk) {
        if (chunk.length > largest - size) {
            throw new FrameException(Reason.TOO_LARGE, "a message of more than " + largest + " bytes");
        }
        if (!budget.take(chunk.length)) {
            throw new FrameException(Reason.NO_ROOM, "no room for another " + chunk.length + " bytes of a message");
        }
        size += chunk.length;
        chunks.add(chunk);
    }

    byte[] finish() {
        if (inflater != null && !inflater.finished()) {
            throw damaged();
        }
        byte[] whole = chunks.size() == 1 ? chunks.get(0) : join();
        if (MessageCutter.checksum(whole) != checksum) {
            throw damaged();
        }
        return whole;
    }

    private byte[] join() {
        byte[] whole = new byte[size];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        return whole;
    }

    private FrameException damaged() {
        return new FrameException(Reason.DAMAGED, "a message of " + size + " bytes is not what was sent");
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
        budget.giveBack(size);
        size = 0;
        chunks.clear();
    }
}
