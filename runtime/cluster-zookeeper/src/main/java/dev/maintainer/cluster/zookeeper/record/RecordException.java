package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import org.jspecify.annotations.Nullable;

/**
 * A record that cannot be read, or one that cannot be written. Its text is one line of bounded length that does not say
 * where the record is: {@link #at} does.
 */
public final class RecordException extends MaintainerException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 300;

    /** Why a record cannot be used. */
    public enum Reason {
        /** These bytes were not written as a record, or have been changed since. */
        DAMAGED,
        /** A later release has written it in a way that this one does not know. */
        NEWER_FORMAT,
        /** A part that every record of this kind has is missing, or has a value that it cannot have. */
        INVALID,
        /** More bytes than a record may have. */
        TOO_LARGE
    }

    private final Reason reason;

    RecordException(Reason reason, String message) {
        this(reason, message, null);
    }

    RecordException(Reason reason, String message, @Nullable Throwable cause) {
        super(ErrorCode.UNREADABLE_RECORD, Printable.line(Printable.shortened(message, LONGEST)), cause);
        this.reason = reason;
    }

    /** {@return why it cannot be used} */
    public Reason reason() {
        return reason;
    }

    /**
     * {@return the same, with the place of the record in its text}
     *
     * @param path of the record
     */
    public RecordException at(String path) {
        return new RecordException(reason, path + ": " + getMessage(), this);
    }
}
