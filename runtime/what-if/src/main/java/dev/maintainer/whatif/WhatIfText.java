package dev.maintainer.whatif;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.whatif.Loads.NodeLoad;
import dev.maintainer.whatif.WhatIfResult.GroupLoads;
import dev.maintainer.whatif.WhatIfResult.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Results as text for people, side by side, no line longer than a hundred characters. */
public final class WhatIfText {
    private static final int WIDTH = 100;
    private static final int LABEL = 22;
    private static final int CELL = 36;
    private static final int MOST_NODES = 20;
    private static final int MOST_GROUPS = 5;
    private static final int MOST_ROUNDS = 10;
    private static final int MOST_VIOLATIONS = 5;
    /** Marks a node that may get no spans. */
    private static final String NO_MORE = "*";

    private final StringBuilder text = new StringBuilder();
    private final List<WhatIfResult> results;

    private WhatIfText(List<WhatIfResult> results) {
        this.results = results;
    }

    /**
     * The text.
     *
     * @param name of the snapshot
     * @param events as they were written
     * @param results one, or two to be compared, of the same snapshot and events
     */
    public static String of(String name, ClusterSnapshot picture, List<String> events, List<WhatIfResult> results) {
        WhatIfText page = new WhatIfText(results);
        page.head(name, picture, events);
        page.figures();
        page.nodes();
        results.forEach(page::words);
        return page.text.toString();
    }

    /** What a file or a plug-in says, without what a terminal would obey. */
    static String printable(String said) {
        StringBuilder clean = new StringBuilder(said.length());
        said.codePoints().forEach(c -> {
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            int kind = Character.getType(c);
            if (c == '\n' || c == '\t') {
                clean.append(' ');
            } else if (surrogate
                    || kind == Character.CONTROL
                    || kind == Character.FORMAT
                    || c == 0xFFFE
                    || c == 0xFFFF) {
                clean.append('\uFFFD');
            } else {
                clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }

    private void head(String name, ClusterSnapshot picture, List<String> events) {
        paragraph(
                "",
                name + ": " + number(picture.spans().size()) + " spans of changefeed " + picture.changefeed() + " on "
                        + number(picture.nodes().size()) + " nodes, round " + number(picture.round())
                        + (picture.madeAtMillis() == 0 ? "" : ", made " + Instant.ofEpochMilli(picture.madeAtMillis()))
                        + (picture.madeBy().isEmpty() ? "" : " by " + picture.madeBy()));
        paragraph(
                "  ",
                "budget of a round: " + number(picture.budget().maxDecisions()) + " decisions, of them "
                        + number(picture.budget().maxMoves()) + " moves, "
                        + number(picture.budget().maxInFlightPerNode()) + " towards a node");
        int operators = Math.max(picture.operators(), picture.inFlight().size());
        if (operators > 0) {
            paragraph(
                    "  ",
                    number(operators)
                            + " operators were under way; their spans are taken to rest where they were bound");
        }
        if (!events.isEmpty()) {
            paragraph("  ", "then " + String.join(", ", events));
        }
        text.append('\n');
    }

    private void figures() {
        row("", WhatIfResult::scheduler);
        row(
                "settles",
                result -> result.settled() && result.rounds() == 0
                        ? "yes, without a decision"
                        : result.settled()
                                ? "in " + number(result.rounds()) + (result.rounds() == 1 ? " round" : " rounds")
                                : "NO, after " + number(result.rounds())
                                        + (result.rounds() == 1 ? " round" : " rounds"));
        row("placed", result -> number(result.places()));
        row("moved", result -> number(result.moves()));
        if (results.stream().anyMatch(result -> result.movedByCore() > 0)) {
            row(
                    "of them by the core",
                    result -> result.movedByCore() == 0
                            ? "0"
                            : number(result.movedByCore()) + ", as the scheduler did not");
        }
        row("left unplaced", result -> number(result.absent()));
        if (results.stream().anyMatch(result -> result.cut() > 0)) {
            row("beyond the budget", result -> number(result.cut()) + " decisions or more");
        }
        row(
                results.get(0).after().isWeighted() ? "spread, by weight" : "spread, most - least",
                result -> change(
                        result,
                        loads -> number(loads.spread()),
                        result.snapshot().spread() == result.before().spread()));
        row(
                "variation",
                result -> change(
                        result,
                        loads -> String.format(Locale.ROOT, "%.4f", loads.variation()),
                        result.snapshot().variation() == result.before().variation()));
        row("planner per round", result -> millis(result.medianMicros()) + ", at most " + millis(result.worstMicros()));
        groups();
        text.append('\n');
    }

    private static String change(WhatIfResult result, Function<Loads, String> figure, boolean asBefore) {
        return figure.apply(result.snapshot())
                + (asBefore ? "" : " -> " + figure.apply(result.before()))
                + " -> " + figure.apply(result.after());
    }

    private void groups() {
        List<GroupLoads> worst = results.get(0).groups().stream()
                .sorted(Comparator.comparingInt(
                                (GroupLoads group) -> group.after().spread())
                        .reversed()
                        .thenComparing(GroupLoads::group))
                .limit(MOST_GROUPS)
                .toList();
        for (GroupLoads group : worst) {
            row(
                    "spread of " + group.group(),
                    result -> result.groups().stream()
                            .filter(each -> each.group().equals(group.group()))
                            .map(each -> number(each.before().spread()) + " -> "
                                    + number(each.after().spread()) + " of " + number(each.spans()) + " spans")
                            .collect(Collectors.joining()));
        }
        int others = results.get(0).groups().size() - worst.size();
        if (others > 0) {
            paragraph("", "and " + number(others) + (others == 1 ? " group" : " groups") + " more, no less even");
        }
    }

    private void nodes() {
        WhatIfResult first = results.get(0);
        List<NodeId> all = first.nodes();
        List<NodeId> shown =
                all.size() <= MOST_NODES ? all : first.nodesByChange().subList(0, MOST_NODES);
        line(cell("spans per node", LABEL)
                + right("snapshot", 12)
                + right("events", 12)
                + results.stream()
                        .map(result -> right(result.scheduler() + " ", 24))
                        .collect(Collectors.joining()));
        for (NodeId node : shown) {
            line(cell(node.value(), LABEL)
                    + right(load(first.snapshot(), node), 12)
                    + right(load(first.before(), node), 12)
                    + results.stream()
                            .map(result -> right(load(result.after(), node), 24))
                            .collect(Collectors.joining()));
        }
        if (first.after().byNode().values().stream().anyMatch(load -> !load.eligible())) {
            paragraph("", NO_MORE + " may get no spans");
        }
        if (shown.size() < all.size()) {
            paragraph(
                    "",
                    "and " + number(all.size() - shown.size())
                            + " nodes more, which change no more than these; --json has" + " all");
        }
    }

    private static String load(Loads loads, NodeId node) {
        NodeLoad load = loads.byNode().get(node);
        return load == null ? "- " : number(load.spans()) + (load.eligible() ? " " : NO_MORE);
    }

    private void words(WhatIfResult result) {
        text.append('\n');
        String name = result.scheduler() + ": ";
        Problem problem = result.problem();
        if (problem != null) {
            paragraph("", name + "does NOT settle: " + problem.message());
            if (problem.cycle() != null) {
                problem.cycle().example().forEach(each -> paragraph("    ", each));
            }
            problem.violations().stream()
                    .limit(MOST_VIOLATIONS)
                    .forEach(violation -> paragraph("    ", violation.toString()));
            int more = problem.violations().size() - MOST_VIOLATIONS;
            if (more > 0) {
                paragraph("    ", "and " + number(more) + " more; --json has them");
            }
            paragraph("  ", "What to do: " + problem.advice() + ".");
        }
        if (!result.movesPerRound().isEmpty()) {
            List<Integer> moves = result.movesPerRound();
            paragraph(
                    problem == null ? "" : "  ",
                    (problem == null ? name : "") + "moves per round "
                            + moves.stream()
                                    .limit(MOST_ROUNDS)
                                    .map(WhatIfText::number)
                                    .collect(Collectors.joining(" "))
                            + (moves.size() > MOST_ROUNDS ? " ... " + number(moves.get(moves.size() - 1)) : ""));
        }
        if (!result.lastReason().isEmpty()) {
            boolean first = problem == null && result.movesPerRound().isEmpty();
            paragraph(first ? "" : "  ", (first ? name : "") + "its last plan says " + result.lastReason());
        }
        if (result.absent() > 0) {
            paragraph("  ", number(result.absent()) + " spans stay unplaced: that plan placed none of them");
        }
        result.left().forEach(each -> paragraph("    ", each));
    }

    private void row(String label, Function<WhatIfResult, String> figure) {
        line(cell(label, LABEL)
                + results.stream()
                        .map(result -> cell(figure.apply(result), CELL))
                        .collect(Collectors.joining()));
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    /** Breaks between words; words that are longer than a line are broken as well. */
    private void paragraph(String indent, String said) {
        String next = indent;
        StringBuilder line = new StringBuilder(indent);
        for (String word : printable(said).split(" ", -1)) {
            for (String part : parts(word, WIDTH - indent.length() - 2)) {
                if (line.length() > next.length() && line.length() + 1 + part.length() > WIDTH) {
                    line(line.toString());
                    next = indent + "  ";
                    line.setLength(0);
                    line.append(next);
                }
                line.append(line.length() > next.length() ? " " : "").append(part);
            }
        }
        line(line.toString());
    }

    private static List<String> parts(String word, int most) {
        List<String> parts = new ArrayList<>();
        String rest = word;
        while (rest.length() > most) {
            parts.add(rest.substring(0, most));
            rest = rest.substring(most);
        }
        parts.add(rest);
        return parts;
    }

    private static String clipped(String said, int width) {
        String clean = printable(said);
        return clean.length() < width ? clean : clean.substring(0, width - 2) + "~";
    }

    private static String cell(String said, int width) {
        String clipped = clipped(said, width);
        return clipped + " ".repeat(width - clipped.length());
    }

    private static String right(String said, int width) {
        String clipped = clipped(said, width);
        return " ".repeat(width - clipped.length()) + clipped;
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%,.1f ms", micros / 1000.0);
    }
}
