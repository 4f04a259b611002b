package dev.maintainer.transport.grpc.frame;

/**
 * A piece of a message, or all of it. The bytes are not copied: nobody changes them. Nothing is checked; {@link
 * FrameAssembler} refuses what cannot be.
 *
 * @since 0.1.0
 */
public final class Frame {
    /** The most bytes that a frame carries. */
    public static final int MAX_BYTES = 256 << 10;

    private final long message;
    private final int index;
    private final int total;
    private final boolean deflated;
    private final int checksum;
    private final byte[] payload;

    /**
     * Creates a frame.
     *
     * @param message the number of the message within its stream; they rise
     * @param index which piece it is, from 0
     * @param total how many pieces the message has
     * @param deflated whether the pieces together are the deflated message
     * @param checksum the CRC32C of the whole message, before it was deflated
     * @param payload the piece; not copied
     */
    public Frame(long message, int index, int total, boolean deflated, int checksum, byte[] payload) {
        this.message = message;
        this.index = index;
        this.total = total;
        this.deflated = deflated;
        this.checksum = checksum;
        this.payload = payload;
    }

    /** {@return the number of the message within its stream} */
    public long message() {
        return message;
    }

    /** {@return which piece it is, from 0} */
    public int index() {
        return index;
    }

    /** {@return how many pieces the message has} */
    public int total() {
        return total;
    }

    /** {@return whether the pieces together are the deflated message} */
    public boolean isDeflated() {
        return deflated;
    }

    /** {@return the CRC32C of the whole message, before it was deflated} */
    public int checksum() {
        return checksum;
    }

    /** {@return the piece itself, not to be changed} */
    public byte[] payload() {
        return payload;
    }

    /** {@return whether it is the last piece of its message} */
    public boolean isLast() {
        return index == total - 1;
    }

    @Override
    public String toString() {
        return "frame " + index + "/" + total + " of message " + message + ", " + payload.length + " bytes";
    }
}
