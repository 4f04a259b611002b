package dev.maintainer.transport.grpc.frame;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;

/**
 * Frames of a message cannot be put together. The message is dropped as a whole.
 *
 * @since 0.1.0
 */
public final class FrameException extends MaintainerException {
    private static final long serialVersionUID = 1L;

    /** Why not. Names of counters, so they stay. */
    public enum Reason {
        /** Numbers that no sender of frames gives, or not the next frame: the stream cannot be understood any more. */
        OUT_OF_ORDER(true),
        /** The whole is not what was sent. */
        DAMAGED(false),
        /** More bytes than a message may have. */
        TOO_LARGE(false),
        /** Too many unfinished messages of this and other senders. */
        NO_ROOM(false);

        private final boolean endsStream;

        Reason(boolean endsStream) {
            this.endsStream = endsStream;
        }

        /** {@return whether nothing that follows on the stream can be understood} */
        public boolean endsStream() {
            return endsStream;
        }
    }

    private final Reason reason;

    FrameException(Reason reason, String message) {
        super(ErrorCode.BAD_INPUT, message);
        this.reason = reason;
    }

    /** {@return why not} */
    public Reason reason() {
        return reason;
    }
}
