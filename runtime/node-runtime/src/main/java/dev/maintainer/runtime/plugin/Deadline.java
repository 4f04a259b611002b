package dev.maintainer.runtime.plugin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Limits the time of calls to plug-ins that must return before anything else can go on. They run on a thread of their
 * own, which is interrupted and abandoned when its time is over.
 *
 * @param limit how long a call may take
 */
public record Deadline(Duration limit) {
    /** Code of a plug-in has not returned in time; {@code BROKEN_SCHEDULER}. */
    public static final class PassedException extends MaintainerException {
        private static final long serialVersionUID = 1L;

        private PassedException(String message, Throwable cause) {
            super(ErrorCode.BROKEN_SCHEDULER, message, cause);
        }
    }

    /** For what a plug-in does at start: it may have to read something. */
    static final Deadline AT_START = new Deadline(Duration.ofSeconds(10));

    /**
     * What the code returns or throws.
     *
     * @param what it is, such as "create() of com.acme.Spread"
     * @throws PassedException if it takes too long; the message says where it is then
     */
    public <T> T call(String what, Supplier<T> code) throws MaintainerException {
        FutureTask<T> task = new FutureTask<>(code::get);
        Thread thread = new Thread(task, "plugin-" + what);
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String where = where(thread);
            task.cancel(true);
            throw new PassedException(
                    what + " has not returned within " + limit.toMillis() + " ms" + where
                            + "; it must not wait for anything: repair the plug-in, or take it away",
                    e);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new MaintainerException(
                    ErrorCode.BROKEN_SCHEDULER, "nobody waits for " + what + " any more; it had not returned", e);
        } catch (ExecutionException e) {
            throw Deadline.<RuntimeException>asItWas(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private static String where(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("jdk.")) {
                return "; it is at " + frame;
            }
        }
        return "";
    }

    /** Code of plug-ins throws what its signature does not say, and whoever calls it sorts that out. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T asItWas(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
