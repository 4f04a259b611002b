package dev.maintainer.node.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What happens when the heap is full: the process says so in one line and ends. A thread that lost its work half-way through
 * would leave a cluster that waits for it, and says everything but that. Planners are the exception: what they allocate is
 * theirs, and a node outlives its planner.
 *
 * <p>Does nothing before {@link #endsProcess}, so that a host of these modules decides for itself. Thread-safe.
 */
public final class OutOfMemory {
    /** Exit status of a process that ended so; the JVM's own with {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int STATUS = 3;

    private static volatile byte @Nullable [] lastWords;

    private OutOfMemory() {}

    /** From now on a full heap ends this process, whichever thread finds it full. */
    public static void endsProcess() {
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        // Made while there is memory.
        lastWords = ("maintainer: out of memory: the heap of " + megabytes
                        + " MiB is full; give it more, as in JDK_JAVA_OPTIONS=-Xmx" + megabytes * 2
                        + "m, or give it less to do\n")
                .getBytes(StandardCharsets.UTF_8);
        Thread.UncaughtExceptionHandler others = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            check(failure);
            if (others != null) {
                others.uncaughtException(thread, failure);
            } else {
                System.err.print("Exception in thread \"" + thread.getName() + "\" ");
                failure.printStackTrace();
            }
        });
    }

    /**
     * Ends the process if this failure, or what caused it, is a full heap. To be called by whoever catches errors and goes
     * on.
     */
    public static void check(@Nullable Throwable failure) {
        byte[] words = lastWords;
        if (words == null) {
            return;
        }
        int depth = 0;
        for (Throwable each = failure; each != null && depth < 16; each = each.getCause()) {
            if (each instanceof OutOfMemoryError) {
                end(words);
            }
            depth++;
        }
    }

    private static void end(byte[] words) {
        try {
            // Not through System.err, which allocates.
            new FileOutputStream(FileDescriptor.err).write(words);
        } catch (IOException e) {
            // There is nobody to tell.
        } finally {
            // Not exit: its hooks would wait for threads that are stuck for want of memory.
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
