package dev.maintainer.connector.tck;

/** How much memory is in use by what can still be reached. */
final class Memory {
    private static final int ATTEMPTS = 5;

    private Memory() {}

    /** Bytes; the least of some looks, since a collector does not promise to find everything at once. */
    static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
