package dev.maintainer.whatif;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.whatif.Loads.NodeLoad;
import dev.maintainer.whatif.WhatIfResult.Cycle;
import dev.maintainer.whatif.WhatIfResult.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Results as one page that a browser shows: no scripts, nothing from elsewhere, readable on light and dark grounds. It is
 * well-formed XML.
 */
public final class WhatIfSnapshot {
    private static final int WIDTH = 860;
    private static final int LEFT = 160;
    private static final int RIGHT = 140;
    private static final int ROW = 26;
    private static final int TOP = 20;
    private static final int CHART = 90;
    private static final int CURVE = 160;
    private static final int MOST_NODES = 60;
    private static final int MOST_COLUMNS = 280;
    private static final int NAME = 21;

    private final StringBuilder page = new StringBuilder();
    /** The highest load of any node in any result: all bars have one scale. */
    private final int most;

    private WhatIfSnapshot(List<WhatIfResult> results) {
        int highest = 1;
        for (WhatIfResult result : results) {
            for (Loads loads : List.of(result.snapshot(), result.after())) {
                for (NodeLoad load : loads.byNode().values()) {
                    highest = Math.max(highest, load.spans());
                }
            }
        }
        most = highest;
    }

    /**
     * The page. Of very many nodes it shows all loads as a curve, and the nodes that change most by name.
     *
     * @param title any text
     * @param events as they were written
     */
    public static String html(String title, List<String> events, List<WhatIfResult> results) {
        WhatIfSnapshot picture = new WhatIfSnapshot(results);
        picture.page.append(String.format(Locale.ROOT, """
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width"/>
            <title>%s</title>
            <style>
            :root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ccc; --before: #a3a9b5; --after: #2f6fb5; --no: #b5402f; }
            @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #16181c; --line: #444; --before: #6b7280; --after: #6aa5e8; --no: #e8806a; } }
            body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2em auto; max-width: 900px; padding: 0 1em; overflow-wrap: anywhere; }
            svg { display: block; width: 100%%; height: auto; }
            svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
            .before { fill: var(--before); } .after { fill: var(--after); } .no { fill: var(--no); }
            .curve { fill: none; stroke-width: 2; } .was { stroke: var(--before); } .is { stroke: var(--after); }
            .axis { stroke: var(--line); }
            table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: 0 1.5em 0 0; }
            th { font-weight: 600; white-space: nowrap; }
            </style>
            </head>
            <body>
            <h1>%s</h1>
            """, escape(title), escape(title)));
        if (!events.isEmpty()) {
            picture.page
                    .append("<p>")
                    .append(escape("Then " + String.join(", ", events)))
                    .append("</p>\n");
        }
        results.forEach(picture::section);
        return picture.page.append("</body>\n</html>\n").toString();
    }

    private void section(WhatIfResult result) {
        page.append("<h2>").append(escape(result.scheduler())).append("</h2>\n<table>\n");
        String rounds = number(result.rounds()) + (result.rounds() == 1 ? " round" : " rounds");
        row("settles", (result.settled() ? "in " : "NO, after ") + rounds);
        problem(result.problem());
        row(
                "placed, moved, left unplaced",
                number(result.places()) + ", " + number(result.moves()) + ", " + number(result.absent()));
        row(
                "spread",
                number(result.snapshot().spread()) + " in the snapshot, "
                        + number(result.before().spread()) + " with the events, "
                        + number(result.after().spread()) + " at the end");
        row(
                "variation",
                String.format(
                        Locale.ROOT,
                        "%.4f, %.4f, %.4f",
                        result.snapshot().variation(),
                        result.before().variation(),
                        result.after().variation()));
        row(
                "planner per round",
                String.format(
                        Locale.ROOT,
                        "%,.1f ms, at most %,.1f ms",
                        result.medianMicros() / 1000.0,
                        result.worstMicros() / 1000.0));
        row("its last plan says", result.lastReason().isEmpty() ? "nothing" : result.lastReason());
        page.append("</table>\n");
        List<NodeId> nodes = result.nodes();
        boolean any = nodes.stream()
                .anyMatch(node -> result.snapshot().of(node) + result.after().of(node) > 0);
        if (!any) {
            page.append("<p>No node has spans, in the snapshot and at the end.</p>\n");
            moves(result.movesPerRound());
            return;
        }
        page.append("<h3>Spans per node, in the snapshot (grey) and at the end</h3>\n");
        if (result.after().isWeighted()) {
            page.append("<p>A line in a bar is the share of the node by its weight.</p>\n");
        }
        if (nodes.size() > MOST_NODES) {
            curve(result);
            page.append("<p>")
                    .append(MOST_NODES)
                    .append(" of ")
                    .append(number(nodes.size()))
                    .append(" nodes, those that change most:</p>\n");
            bars(result, result.nodesByChange().subList(0, MOST_NODES));
        } else {
            bars(result, nodes);
        }
        moves(result.movesPerRound());
    }

    private void problem(@Nullable Problem problem) {
        if (problem == null) {
            return;
        }
        row("problem", problem.message());
        Cycle cycle = problem.cycle();
        if (cycle != null) {
            row("for example", String.join("; ", cycle.example()));
        }
        row("what to do", problem.advice());
    }

    private void row(String name, String value) {
        page.append("<tr><th>")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n");
    }

    // ---- charts ------------------------------------------------------------------------------------------------

    private void bars(WhatIfResult result, List<NodeId> nodes) {
        open(TOP + nodes.size() * ROW, "spans per node, in the snapshot and at the end");
        int y = TOP / 2;
        for (NodeId node : nodes) {
            NodeLoad was = result.snapshot().byNode().get(node);
            NodeLoad is = result.after().byNode().get(node);
            int wide = width(was);
            int wideAfter = width(is);
            name(y + 14, node.value());
            bar("before", y, wide);
            bar(is != null && !is.eligible() ? "no" : "after", y + 10, wideAfter);
            String change = (was == null ? "new" : number(was.spans())) + " \u2192 "
                    + (is == null ? "gone" : number(is.spans()) + (is.eligible() ? "" : ", gets none"));
            if (is != null && is.eligible() && result.after().isWeighted()) {
                share(y + 10, (int) Math.round(result.after().share() * is.weight()));
            }
            text(LEFT + Math.max(wide, wideAfter) + 6, y + 14, change);
            y += ROW;
        }
        page.append("</svg>\n");
    }

    /** All nodes from the least to the most loaded for what they can take: what is even is flat. */
    private void curve(WhatIfResult result) {
        double highest = Math.max(highest(result.snapshot()), highest(result.after()));
        if (highest == 0) {
            page.append("<p>No node that may get spans has some.</p>\n");
            return;
        }
        open(TOP + CURVE + ROW, "loads of all nodes, from the lowest to the highest");
        page.append(String.format(
                Locale.ROOT,
                "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n",
                LEFT,
                TOP + CURVE,
                WIDTH - RIGHT,
                TOP + CURVE));
        curve("was", result.snapshot(), highest);
        curve("is", result.after(), highest);
        text(0, TOP + 10, number(Math.round(highest)));
        text(0, TOP + CURVE, "0");
        text(
                LEFT,
                TOP + CURVE + 16,
                "all nodes that may get spans, from the lowest load to the highest"
                        + (result.after().isWeighted() ? ", for each unit of weight" : ""));
        page.append("</svg>\n");
    }

    private static double highest(Loads loads) {
        return loads.byNode().values().stream()
                .filter(NodeLoad::eligible)
                .mapToDouble(NodeLoad::perWeight)
                .max()
                .orElse(0);
    }

    private void curve(String style, Loads loads, double highest) {
        List<Double> sorted = loads.byNode().values().stream()
                .filter(NodeLoad::eligible)
                .map(NodeLoad::perWeight)
                .sorted()
                .toList();
        if (sorted.isEmpty()) {
            return;
        }
        page.append("<polyline class=\"curve ").append(style).append("\" points=\"");
        double step = (double) (WIDTH - LEFT - RIGHT) / Math.max(1, sorted.size() - 1);
        for (int i = 0; i < sorted.size(); i++) {
            page.append(String.format(
                    Locale.ROOT,
                    i == 0 ? "%.1f,%.1f" : " %.1f,%.1f",
                    LEFT + i * step,
                    TOP + CURVE - CURVE * sorted.get(i) / highest));
        }
        page.append("\"/>\n");
    }

    private void moves(List<Integer> perRound) {
        if (perRound.stream().allMatch(moved -> moved == 0)) {
            page.append(perRound.isEmpty() ? "<p>No round had decisions.</p>\n" : "<p>No round had moves.</p>\n");
            return;
        }
        page.append("<h3>Moves per round</h3>\n");
        int highest = Collections.max(perRound);
        int together = (perRound.size() + MOST_COLUMNS - 1) / MOST_COLUMNS;
        int columns = (perRound.size() + together - 1) / together;
        double step = Math.min(40.0, (double) (WIDTH - LEFT - RIGHT) / columns);
        open(TOP + CHART + ROW, "moves per round");
        for (int i = 0; i < columns; i++) {
            List<Integer> some = perRound.subList(i * together, Math.min(perRound.size(), (i + 1) * together));
            double height = highest == 0 ? 0 : (double) CHART * Collections.max(some) / highest;
            page.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"after\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
                    LEFT + i * step,
                    TOP + CHART - height,
                    step * 0.8,
                    height));
        }
        page.append(String.format(
                Locale.ROOT,
                "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n",
                LEFT,
                TOP + CHART,
                WIDTH - RIGHT,
                TOP + CHART));
        text(0, TOP + 10, "at most " + number(highest));
        text(
                LEFT,
                TOP + CHART + 16,
                (perRound.size() == 1 ? "round 1" : "rounds 1 to " + number(perRound.size()))
                        + (together == 1 ? "" : "; a column is the most of " + together + " rounds"));
        page.append("</svg>\n");
    }

    private void open(int height, String what) {
        page.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"")
                .append(what)
                .append("\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(height)
                .append("\">\n");
    }

    private int width(@Nullable NodeLoad load) {
        return load == null ? 0 : (int) ((long) (WIDTH - LEFT - RIGHT) * load.spans() / most);
    }

    private void bar(String style, int y, int width) {
        page.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"9\"/>%n",
                style,
                LEFT,
                y,
                width));
    }

    private void share(int y, int spans) {
        int x = LEFT + width(new NodeLoad(Math.min(spans, most), true));
        page.append(String.format(
                Locale.ROOT, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n", x, y, x, y + 9));
    }

    /** The whole name is shown when one points at it. */
    private void name(int y, String name) {
        int end = name.length() <= NAME
                ? name.length()
                : name.offsetByCodePoints(0, Math.min(NAME - 1, name.codePointCount(0, name.length())));
        text(0, y, end == name.length() ? name : name.substring(0, end) + "\u2026", name);
    }

    private void text(int x, int y, String shown) {
        text(x, y, shown, "");
    }

    private void text(int x, int y, String shown, String whole) {
        page.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">", x, y))
                .append(shown.equals(whole) || whole.isEmpty() ? "" : "<title>" + escape(whole) + "</title>")
                .append(escape(shown))
                .append("</text>\n");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String escape(String text) {
        return WhatIfText.printable(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
