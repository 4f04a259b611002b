package dev.maintainer.runtime.peer;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import org.jspecify.annotations.Nullable;

/**
 * A node has not answered.
 *
 * @since 0.1.0
 */
public final class PeerCallException extends MaintainerException {
    private static final long serialVersionUID = 1;

    private final boolean perhapsExecuted;

    /**
     * Why there is no answer.
     *
     * @param code usually {@code NODE_UNAVAILABLE}
     * @param message for people, without a word about what became of the request
     * @param perhapsExecuted whether the request can have been executed
     * @param cause null if there is none
     */
    public PeerCallException(ErrorCode code, String message, boolean perhapsExecuted, @Nullable Throwable cause) {
        super(
                code,
                message
                        + (perhapsExecuted
                                ? "; the request may have been executed, so look before you repeat it"
                                : "; the request was not executed"),
                cause);
        this.perhapsExecuted = perhapsExecuted;
    }

    /** {@return whether the request can have been executed; if not, it may be repeated, here or elsewhere} */
    public boolean isPerhapsExecuted() {
        return perhapsExecuted;
    }
}
