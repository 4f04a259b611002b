package dev.maintainer.transport.grpc.frame;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/**
 * Cuts the messages of one stream into frames, and numbers them. Large messages are deflated, if that makes them smaller.
 * Not thread-safe.
 *
 * @since 0.1.0
 */
public final class MessageCutter {
    /** From which size messages are deflated. */
    static final int DEFLATED_FROM_BYTES = 16 << 10;

    private static final int LEVEL = 1;

    private long last;

    /** A cutter for a new stream. */
    public MessageCutter() {}

    /**
     * Cuts the next message.
     *
     * @param message its bytes; not copied where one frame is enough
     * @return its frames, in the order in which they must be sent; at least one
     */
    public List<Frame> cut(byte[] message) {
        last++;
        int checksum = checksum(message);
        byte[] deflated = message.length >= DEFLATED_FROM_BYTES ? deflate(message) : message;
        boolean smaller = deflated.length < message.length;
        byte[] sent = smaller ? deflated : message;
        if (sent.length <= Frame.MAX_BYTES) {
            return List.of(new Frame(last, 0, 1, smaller, checksum, sent));
        }
        int total = (sent.length + Frame.MAX_BYTES - 1) / Frame.MAX_BYTES;
        List<Frame> frames = new ArrayList<>(total);
        for (int i = 0; i < total; i++) {
            int from = i * Frame.MAX_BYTES;
            byte[] piece = Arrays.copyOfRange(sent, from, Math.min(sent.length, from + Frame.MAX_BYTES));
            frames.add(new Frame(last, i, total, smaller, checksum, piece));
        }
        return frames;
    }

    static int checksum(byte[] message) {
        CRC32C crc = new CRC32C();
        crc.update(message, 0, message.length);
        return (int) crc.getValue();
    }

    private static byte[] deflate(byte[] message) {
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            deflater.setInput(message);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(message.length / 4);
            byte[] buffer = new byte[64 << 10];
            // What grows is not worth finishing.
            while (!deflater.finished() && out.size() < message.length) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflater.finished() ? out.toByteArray() : message;
        } finally {
            deflater.end();
        }
    }
}
