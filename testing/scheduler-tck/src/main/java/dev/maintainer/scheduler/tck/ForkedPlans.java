package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The plans of a planner as text, from this process or from another one with other identity hashes. */
final class ForkedPlans {
    private static final int CLUSTERS = 10;
    private static final int ROUNDS = 3;
    private static final int TIMEOUT_SECONDS = 120;
    private static final String MARK = "plan ";

    private ForkedPlans() {}

    /** Prints the plans. Arguments: the class of the provider, then keys and values of its configuration in turn. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        SchedulerProvider provider = Class.forName(arguments[0])
                .asSubclass(SchedulerProvider.class)
                .getConstructor()
                .newInstance();
        SortedMap<String, String> configuration = new TreeMap<>();
        for (int i = 1; i < arguments.length; i += 2) {
            configuration.put(arguments[i], arguments[i + 1]);
        }
        String text = String.join("\n", plans(provider, configuration)) + "\n";
        System.out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    /** One line for each plan. */
    static List<String> plans(SchedulerProvider provider, SortedMap<String, String> configuration) {
        List<String> lines = new ArrayList<>();
        for (long seed = 0; seed < CLUSTERS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Scheduler scheduler = provider.create(new TreeMap<>(configuration));
            Cluster cluster = SeededClusters.mixed(seed);
            for (int round = 0; round < ROUNDS; round++) {
                Budget budget = SeededClusters.budget(random);
                Plan plan = scheduler.plan(cluster.snapshot(), budget);
                lines.add((MARK + seed + "/" + round + ": " + plan).replaceAll("\\R", " "));
                cluster.admit(plan);
            }
        }
        return lines;
    }

    /** As {@link #plans}, by a new process in which every object has the same identity hash. */
    static List<String> fork(SchedulerProvider provider, SortedMap<String, String> configuration) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=2",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                String.join(File.pathSeparator, classPath(provider.getClass())),
                ForkedPlans.class.getName(),
                provider.getClass().getName()));
        configuration.forEach((key, value) -> command.addAll(List.of(key, value)));
        try {
            return run(command);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a forked process made plans", e);
        }
    }

    private static List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("scheduler-tck", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the forked process made no plans within " + TIMEOUT_SECONDS + " s");
            }
            List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new AssertionError("the forked process ended with " + process.exitValue()
                        + "; its provider needs a public constructor without arguments; it said:\n"
                        + String.join("\n", lines.subList(0, Math.min(30, lines.size()))));
            }
            return lines.stream().filter(line -> line.startsWith(MARK)).toList();
        } finally {
            Files.delete(output);
        }
    }

    /** All that this process can see, and, as test runners may hide it, where the classes that matter come from. */
    private static Set<String> classPath(Class<?> provider) {
        Set<String> entries = new LinkedHashSet<>();
        for (Class<?> type : List.of(provider, ForkedPlans.class, SchedulerProvider.class, NodeId.class)) {
            entries.add(root(type));
        }
        for (String property : List.of("java.class.path", "jdk.module.path", "surefire.test.class.path")) {
            String value = System.getProperty(property, "");
            entries.addAll(value.isEmpty() ? List.of() : List.of(value.split(File.pathSeparator)));
        }
        return entries;
    }

    private static String root(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource("/" + file);
        if (url == null) {
            throw new IllegalStateException("no class file of " + type);
        }
        String text = url.toString();
        text = text.substring(0, text.length() - file.length());
        if (text.startsWith("jar:")) {
            text = text.substring("jar:".length(), text.length() - "!/".length());
        }
        try {
            return Path.of(new URI(text)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path: " + text, e);
        }
    }
}
