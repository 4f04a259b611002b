package dev.maintainer.simulator.seeded;

import dev.maintainer.seeded.testing.Patch;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One bug as {@link BugReader} finds it, line by line. Not thread-safe. */
final class BugText {
    /** What is done to the sources, one after the other. */
    sealed interface Step {}

    /** One class is changed. */
    record Change(Patch patch) implements Step {}

    /** All that is wrong with another bug is wrong here, too. */
    record SameAs(String id) implements Step {}

    private static final Pattern HEAD = Pattern.compile("(bug|part) (\\S+): (.+)");
    private static final Pattern LINE =
            Pattern.compile("(as|in|[-+]|caught by|masked by|not reached:|first in|within)(?: (.*))?");
    private static final Pattern MASKED = Pattern.compile("(\\S+): (.+)");

    private final String id;
    private final String title;
    private final boolean part;
    private final List<Step> steps = new ArrayList<>();
    private @Nullable String type;
    private final List<String> original = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private Expectation expectation = new Expectation.NotReached("nobody has looked yet");
    private List<Workload> workloads = List.of();
    private int worlds = SeededBug.MOST_WORLDS;

    private BugText(String id, String title, boolean part) {
        this.id = id;
        this.title = title;
        this.part = part;
    }

    /** Begins with the first line. */
    static BugText begin(String line, String place) {
        Matcher head = HEAD.matcher(line);
        if (!head.matches()) {
            throw new IllegalStateException(place + "not 'bug ID: what is wrong': " + line);
        }
        return new BugText(head.group(2), head.group(3), head.group(1).equals("part"));
    }

    String id() {
        return id;
    }

    boolean isPart() {
        return part;
    }

    /** Takes a further line. */
    void take(String line, String place) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException(place + "nobody knows what this is: " + line);
        }
        String rest = matcher.group(2) == null ? "" : matcher.group(2);
        String kind = matcher.group(1);
        if (!kind.equals("+") && !(kind.equals("-") && wrong.isEmpty())) {
            endPatch();
        }
        try {
            switch (kind) {
                case "as" -> steps.add(new SameAs(rest));
                case "in" -> type = rest;
                case "-" -> original.add(rest);
                case "+" -> wrong.add(rest);
                case "caught by" ->
                    expectation = new Expectation.Found(Set.copyOf(constants(rest, Invariant::valueOf)));
                case "masked by" -> expectation = masked(rest);
                case "not reached:" -> expectation = new Expectation.NotReached(rest);
                case "first in" -> workloads = constants(rest, Workload::valueOf);
                case "within" -> worlds = Integer.parseInt(rest);
                default -> throw new IllegalArgumentException("no line begins with " + kind);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(place + line + ": " + e.getMessage(), e);
        }
    }

    private static Expectation masked(String rest) {
        Matcher masked = MASKED.matcher(rest);
        if (!masked.matches()) {
            throw new IllegalArgumentException("not 'ID: why'");
        }
        return new Expectation.Masked(masked.group(1), masked.group(2));
    }

    private static <T> List<T> constants(String names, Function<String, T> byName) {
        return Arrays.stream(names.split(", ")).map(byName).toList();
    }

    private void endPatch() {
        if (original.isEmpty() && wrong.isEmpty()) {
            return;
        }
        if (type == null || original.isEmpty() || wrong.isEmpty()) {
            throw new IllegalStateException(id + " needs a class after 'in', lines with '-' and lines with '+': "
                    + original + " in " + type + " becomes " + wrong);
        }
        steps.add(new Change(new Patch(type, String.join("\n", original), String.join("\n", wrong))));
        original.clear();
        wrong.clear();
    }

    List<Step> steps() {
        endPatch();
        return List.copyOf(steps);
    }

    /** The bug, which does this. */
    SeededBug with(List<Patch> patches) {
        return new SeededBug(id, title, patches, expectation, workloads, worlds);
    }
}
