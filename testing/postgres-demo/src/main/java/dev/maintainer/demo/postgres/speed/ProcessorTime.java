package dev.maintainer.demo.postgres.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The processor time of two servers and of this process, as Linux counts it, in ticks of 10 ms. */
final class ProcessorTime {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Of what follows the name of a process in its line, counted from 0. */
    private static final int PARENT = 1;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int USER_OF_ENDED_CHILDREN = 13;
    private static final int SYSTEM_OF_ENDED_CHILDREN = 14;

    private final long source;
    private final long sink;

    /**
     * What was used, in nanoseconds.
     *
     * @param source by the server that is replicated, with all its processes
     * @param sink by the server that it is replicated into
     * @param own by this process
     */
    record Used(long source, long sink, long own) {
        Used since(Used before) {
            return new Used(source - before.source, sink - before.sink, own - before.own);
        }

        long all() {
            return source + sink + own;
        }
    }

    /**
     * Of two servers, by a process of each that serves a connection.
     *
     * @param source its process id
     * @param sink its process id
     */
    ProcessorTime(long source, long sink) {
        this.source = Long.parseLong(fields(source)[PARENT]);
        this.sink = Long.parseLong(fields(sink)[PARENT]);
    }

    /** {@return what was used so far} */
    Used used() {
        return new Used(ofServer(source), ofServer(sink), ofThisProcess());
    }

    private static long ofServer(long server) {
        String[] own = fields(server);
        long ended = Long.parseLong(own[USER_OF_ENDED_CHILDREN]) + Long.parseLong(own[SYSTEM_OF_ENDED_CHILDREN]);
        long running = ProcessHandle.of(server).stream()
                .flatMap(ProcessHandle::children)
                .mapToLong(child -> ownTicks(fields(child.pid())))
                .sum();
        return (ended + ownTicks(own) + running) * TICK_NANOS;
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
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String line = Files.readString(file);
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            // It may end between opening and reading.
            if (Files.notExists(file)) {
                return new String[0];
            }
            throw new UncheckedIOException("the processor time of process " + pid + " cannot be read", e);
        }
    }
}
