package dev.maintainer.api.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something from outside (a file, a plug-in, a sink, a configuration) cannot be used. The message names the offending
 * value and what to do about it. Our own bugs are {@link IllegalStateException}s instead.
 */
public class MaintainerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** An error without an underlying cause. */
    public MaintainerException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** An error that was caused by another one. */
    public MaintainerException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
    }

    /** The stable code. */
    public ErrorCode code() {
        return code;
    }
}
