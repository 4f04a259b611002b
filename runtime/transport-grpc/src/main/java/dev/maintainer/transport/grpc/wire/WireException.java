package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import org.jspecify.annotations.Nullable;

/**
 * A message cannot be sent, or what came is not one. Its text is one line of bounded length, whatever has come. A receiver
 * counts it and drops the message; the sender repeats by its own rules.
 *
 * @since 0.1.0
 */
public final class WireException extends MaintainerException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;

    /** Why a message is refused. Names of counters, so they stay. */
    public enum Reason {
        /** These bytes do not have the format. */
        MALFORMED,
        /** A kind of message, or of a part of one, that this release does not know. */
        UNKNOWN_KIND,
        /** A constant or code that this release does not know, or none at all. */
        UNKNOWN_VALUE,
        /** A part that every message of this kind has is not there. */
        MISSING,
        /** A value that no message can have. */
        INVALID,
        /** More bytes, or more parts, than a message may have. */
        TOO_LARGE
    }

    private final Reason reason;

    WireException(Reason reason, String message) {
        this(reason, message, null);
    }

    WireException(Reason reason, String message, @Nullable Throwable cause) {
        super(ErrorCode.BAD_INPUT, Printable.line(Printable.shortened(message, LONGEST)), cause);
        this.reason = reason;
    }

    /** {@return why it is refused} */
    public Reason reason() {
        return reason;
    }

    /** None: it would cost more than the decoding, which a peer that sends nonsense can ask for at any rate. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
