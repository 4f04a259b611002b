package dev.maintainer.api.error;

import dev.maintainer.api.annotation.Stability;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something from outside (a file, a plug-in, a sink, a configuration) cannot be used. The message names the offending
 * value and what to do about it. Bugs of Maintainer itself are {@link IllegalStateException}s instead.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public class MaintainerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which kind of error it is; the message says the rest. */
    private final ErrorCode code;

    /**
     * Creates an error without an underlying cause.
     *
     * @param code the stable code
     * @param message the offending value, and what to do about it
     */
    public MaintainerException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * Creates an error that was caused by another one.
     *
     * @param code the stable code
     * @param message the offending value, and what to do about it
     * @param cause null if there is none
     */
    public MaintainerException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
    }

    /** {@return the stable code} */
    public ErrorCode code() {
        return code;
    }
}
