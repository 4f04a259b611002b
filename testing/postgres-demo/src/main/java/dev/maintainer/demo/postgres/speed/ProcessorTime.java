package dev.maintainer.demo.postgres.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The processor time of some servers and of this process, as Linux counts it, in ticks of 10 ms. */
final class ProcessorTime {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Of what follows the name of a process in its line, counted from 0. */
    private static final int PARENT = 1;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int USER_OF_ENDED_CHILDREN = 13;
    private static final int SYSTEM_OF_ENDED_CHILDREN = 14;

    private final List<Long> servers;

    /**
     * Of servers, by a process of each that serves a connection.
     *
     * @param backends their process ids
     */
    ProcessorTime(List<Long> backends) {
        this.servers = backends.stream()
                .map(backend -> Long.parseLong(fields(backend)[PARENT]))
                .toList();
    }

    /** {@return what all servers with all their processes, and this process, have used so far; nanoseconds} */
    long nanos() {
        long ticks = 0;
        for (long server : servers) {
            String[] own = fields(server);
            ticks += Long.parseLong(own[USER_OF_ENDED_CHILDREN]) + Long.parseLong(own[SYSTEM_OF_ENDED_CHILDREN]);
            ticks += ownTicks(own);
            ticks += ProcessHandle.of(server).stream()
                    .flatMap(ProcessHandle::children)
                    .mapToLong(child -> ownTicks(fields(child.pid())))
                    .sum();
        }
        return ticks * TICK_NANOS + ofThisProcess();
    }

    /** {@return what this process has used so far; nanoseconds} */
    static long ofThisProcess() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long ownTicks(String[] fields) {
        return fields.length <= SYSTEM ? 0 : Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
    }

    /** Nothing of a process that has just ended: then it is among the ended children of its parent. */
    private static String[] fields(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (NoSuchFileException e) {
            return new String[0];
        } catch (IOException e) {
            throw new UncheckedIOException("the processor time of process " + pid + " cannot be read", e);
        }
    }
}
