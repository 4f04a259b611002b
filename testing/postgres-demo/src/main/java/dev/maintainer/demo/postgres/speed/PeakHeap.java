package dev.maintainer.demo.postgres.speed;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** The most of the heap that was in use, garbage included. */
final class PeakHeap {
    private static final int MEBIBYTE = 20;

    private PeakHeap() {}

    /** Counts from now on. */
    static void reset() {
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    /** {@return the most since the last reset, in MiB; too high by what its parts did not have at the same time} */
    static long mebibytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                >> MEBIBYTE;
    }

    /** {@return what is in use after everything was collected, in MiB} */
    static long retainedMebibytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> MEBIBYTE;
    }
}
