package dev.maintainer.runtime.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Handles a full heap: the process says so in one line and ends. Otherwise a thread that lost its work half-way would
 * leave behind a cluster that waits for it without saying so. Planners are the exception: what they allocate is their
 * own, and a node outlives its planner. While a planner fills the heap, other threads find it full, too; they go on if
 * that planner has failed and released its memory.
 *
 * <p>Does nothing before {@link #endsProcess}, so that an application that hosts these modules can decide for itself.
 * Thread-safe.
 */
public final class OutOfMemory {
    /** Exit status of a process that ended so; the JVM's own with {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int STATUS = 3;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** What part of the heap has to be free for the process to go on. */
    private static final int ROOM = 10;

    private static final AtomicInteger PLANNERS = new AtomicInteger();
    /** When a planner last found the heap full; {@link System#nanoTime}, 0 if none has. */
    private static final AtomicLong PLANNER_FAILED = new AtomicLong();

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
            if (isFull(failure)) {
                // What died with the thread cannot be told.
                end();
            }
            if (others != null) {
                others.uncaughtException(thread, failure);
            } else {
                System.err.print("Exception in thread \"" + thread.getName() + "\" ");
                failure.printStackTrace();
            }
        });
    }

    /** A planner works from now on. */
    public static void plannerBegins() {
        PLANNERS.incrementAndGet();
    }

    /** A planner works no more; after {@link #plannerFailed} if it failed. */
    public static void plannerEnds() {
        PLANNERS.decrementAndGet();
    }

    /** A planner failed; counts if it found the heap full. */
    public static void plannerFailed(Throwable failure) {
        if (isFull(failure)) {
            PLANNER_FAILED.set(System.nanoTime() | 1);
        }
    }

    /**
     * Ends the process if this failure, or what caused it, is a full heap; unless a planner has filled it and there is room
     * again. To be called by whoever catches errors and goes on. May wait for a planner, two seconds at most.
     */
    public static void check(@Nullable Throwable failure) {
        if (lastWords != null && isFull(failure) && !plannerHasLetGo()) {
            end();
        }
    }

    private static boolean isFull(@Nullable Throwable failure) {
        int depth = 0;
        for (Throwable each = failure; each != null && depth < 16; each = each.getCause()) {
            if (each instanceof OutOfMemoryError) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /** A planner that is asked again may fill the heap again meanwhile, so room is looked for more than once. */
    private static boolean plannerHasLetGo() {
        long begun = System.nanoTime();
        while (true) {
            long failed = PLANNER_FAILED.get();
            boolean lately = failed != 0 && System.nanoTime() - failed < PATIENCE_NANOS;
            if (lately) {
                System.gc();
                if (isRoom()) {
                    return true;
                }
            }
            if ((!lately && PLANNERS.get() == 0) || System.nanoTime() - begun > PATIENCE_NANOS) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                // It is wanted no more, and neither is what it lost.
                Thread.currentThread().interrupt();
                return true;
            }
        }
    }

    private static boolean isRoom() {
        Runtime heap = Runtime.getRuntime();
        return heap.maxMemory() - heap.totalMemory() + heap.freeMemory() > heap.maxMemory() / ROOM;
    }

    private static void end() {
        byte[] words = lastWords;
        if (words == null) {
            return;
        }
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
