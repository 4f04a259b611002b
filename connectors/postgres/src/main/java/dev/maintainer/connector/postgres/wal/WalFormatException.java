package dev.maintainer.connector.postgres.wal;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;

/** Bytes that are no message of the protocol. Whoever reads must not skip them: what they said would be lost. */
public final class WalFormatException extends MaintainerException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The message ends before all of it has come. */
        TRUNCATED,
        /** The message has ended, and more bytes follow. */
        TRAILING_BYTES,
        /** A kind of message, or of a part of one, that was not asked for or that this release does not know. */
        UNKNOWN_KIND,
        /** A flag or constant that this release does not know. */
        UNKNOWN_VALUE,
        /** A value that no message can have. */
        INVALID,
        /** Text that is not UTF-8. */
        BAD_TEXT
    }

    private final Reason reason;
    private final int offset;

    WalFormatException(Reason reason, int offset, String problem) {
        super(ErrorCode.BAD_INPUT, Printable.line("message of the source at byte " + offset + ": " + problem));
        this.reason = reason;
        this.offset = offset;
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the number of the byte within the message, from 0} */
    public int offset() {
        return offset;
    }

    /** None: it would say the same for all of them, and cost more than the decoding. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
