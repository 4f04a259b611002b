package dev.maintainer.transport.grpc.frame;

import dev.maintainer.transport.grpc.frame.FrameException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of one stream together from their frames. At most one message is unfinished at a time; its bytes are
 * taken from a budget as they come, and no more is allocated than has come or was inflated. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class FrameAssembler {
    /** A message of the largest size that is sent undeflated. */
    private static final int MOST_FRAMES = 512;

    private final int largest;
    private final ByteBudget budget;
    private long last;
    private @Nullable PartialMessage unfinished;
    /** The frame that the stream has to continue with; 0 between messages. */
    private int next;
    /** Whether the rest of the current message is passed over: it has been refused. */
    private boolean skipping;

    private int total;

    /**
     * An assembler for a new stream.
     *
     * @param largest the most bytes that a message may have
     * @param budget what unfinished messages of all streams may take
     */
    public FrameAssembler(int largest, ByteBudget budget) {
        this.largest = largest;
        this.budget = budget;
    }

    /**
     * Takes the next frame.
     *
     * @param frame the frame
     * @return the message, if this was its last frame; else null
     * @throws FrameException once for a message that is dropped; what is left of it is then passed over
     */
    public byte @Nullable [] accept(Frame frame) throws FrameException {
        checkOrder(frame);
        if (frame.index() == 0) {
            last = frame.message();
            total = frame.total();
            skipping = false;
            unfinished = new PartialMessage(largest, budget, frame.isDeflated(), frame.checksum());
        }
        next = frame.isLast() ? 0 : frame.index() + 1;
        PartialMessage message = unfinished;
        if (skipping || message == null) {
            return null;
        }
        boolean goesOn = false;
        try {
            message.add(frame.payload());
            if (frame.isLast()) {
                return message.finish();
            }
            goesOn = true;
            return null;
        } finally {
            if (!goesOn) {
                skipping = true;
                drop();
            }
        }
    }

    private void checkOrder(Frame frame) {
        boolean first = next == 0;
        boolean follows = first
                ? frame.index() == 0 && frame.message() > last
                : frame.index() == next && frame.message() == last && frame.total() == total;
        boolean sound = frame.total() >= 1
                && frame.total() <= MOST_FRAMES
                && frame.index() < frame.total()
                && frame.payload().length <= Frame.MAX_BYTES;
        if (!follows || !sound) {
            discard();
            throw new FrameException(Reason.OUT_OF_ORDER, frame + " after frame " + next + " of message " + last);
        }
    }

    /** Forgets the unfinished message: the stream has ended. */
    public void discard() {
        drop();
        next = 0;
        skipping = false;
    }

    private void drop() {
        PartialMessage message = unfinished;
        unfinished = null;
        if (message != null) {
            message.close();
        }
    }
}
