package dev.maintainer.process.evidence;

import dev.maintainer.process.cluster.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process uses, after its garbage has been collected.
 *
 * @param residentMiB memory, as the kernel counts it
 * @param heapMiB of it what objects use that have outlived the collection
 * @param descriptors open files and connections
 * @param threads of all kinds
 */
public record Vitals(long residentMiB, long heapMiB, long descriptors, long threads) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern USED = Pattern.compile("tenured generation\\s+total \\d+K, used (\\d+)K");
    private static final long PATIENCE_SECONDS = 20;
    private static final long KIB_PER_MIB = 1_024;

    /** Collects its garbage, and looks. */
    public static Vitals of(Member member) throws IOException, InterruptedException {
        jcmd(member, "GC.run");
        Matcher used = USED.matcher(jcmd(member, "GC.heap_info"));
        Path process = Path.of("/proc", Long.toString(member.pid()));
        Matcher resident = RESIDENT.matcher(Files.readString(process.resolve("status")));
        return new Vitals(
                resident.find() ? Long.parseLong(resident.group(1)) / KIB_PER_MIB : 0,
                used.find() ? Long.parseLong(used.group(1)) / KIB_PER_MIB : 0,
                count(process.resolve("fd")),
                count(process.resolve("task")));
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.count();
        }
    }

    private static String jcmd(Member member, String command) throws IOException, InterruptedException {
        Process asking = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(member.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!asking.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || asking.exitValue() != 0) {
            throw new IOException("node " + member.name() + " does not answer " + command + ": " + answer);
        }
        return answer;
    }

    @Override
    public String toString() {
        return residentMiB + " MiB, heap " + heapMiB + " MiB, " + descriptors + " descriptors, " + threads + " threads";
    }
}
