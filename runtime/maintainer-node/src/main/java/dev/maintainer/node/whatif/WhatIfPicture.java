package dev.maintainer.node.whatif;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.node.whatif.WhatIfResult.NodeLoad;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Results as one page that a browser shows: no scripts, nothing from elsewhere, readable on light and dark grounds. */
public final class WhatIfPicture {
    private static final int WIDTH = 860;
    private static final int LEFT = 150;
    private static final int ROW = 26;
    private static final int TOP = 20;
    private static final int MOST_NODES = 200;
    private static final int CHART = 90;

    private WhatIfPicture() {}

    /** The page. Of very many nodes the first are shown, and it says so. */
    public static String html(String title, List<WhatIfResult> results) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <title>%s</title>
                <style>
                :root { color-scheme: light dark; --ink: #222; --paper: #fff; --before: #b8bcc4; --after: #2f6fb5; --no: #b5402f; }
                @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #16181c; --before: #555b66; --after: #6aa5e8; --no: #e8806a; } }
                body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2em auto; max-width: 900px; }
                svg { display: block; width: 100%%; height: auto; }
                svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
                .before { fill: var(--before); } .after { fill: var(--after); } .no { fill: var(--no); }
                table { border-collapse: collapse; } td, th { text-align: left; padding: 0 1.5em 0 0; }
                </style>
                </head>
                <body>
                <h1>%s</h1>
                """.formatted(escape(title), escape(title)));
        for (WhatIfResult result : results) {
            section(result, page);
        }
        return page.append("</body>\n</html>\n").toString();
    }

    private static void section(WhatIfResult result, StringBuilder page) {
        page.append("<h2>").append(escape(result.scheduler())).append("</h2>\n<table>\n");
        row(page, result.settled() ? "settled after" : "did not settle", result.rounds() + " rounds");
        if (result.problem() != null) {
            row(page, "problem", result.problem());
        }
        row(page, "placed, moved", result.places() + ", " + result.moves());
        row(
                page,
                "spread before, after",
                WhatIfResult.spread(result.before()) + ", " + WhatIfResult.spread(result.after()));
        row(
                page,
                "variation before, after",
                String.format(
                        Locale.ROOT,
                        "%.4f, %.4f",
                        WhatIfResult.variation(result.before()),
                        WhatIfResult.variation(result.after())));
        row(
                page,
                "planner, median and worst",
                result.medianMicros() + " and " + result.worstMicros() + " microseconds");
        page.append("</table>\n<h3>Spans per node, before and after</h3>\n");
        loads(result.before(), result.after(), page);
        page.append("<h3>Moves per round</h3>\n");
        moves(result.movesPerRound(), page);
    }

    private static void row(StringBuilder page, String name, String value) {
        page.append("<tr><th>")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n");
    }

    private static void loads(
            SortedMap<NodeId, NodeLoad> before, SortedMap<NodeId, NodeLoad> after, StringBuilder page) {
        int most = 1;
        for (NodeLoad load : before.values()) {
            most = Math.max(most, load.spans());
        }
        for (NodeLoad load : after.values()) {
            most = Math.max(most, load.spans());
        }
        int shown = Math.min(MOST_NODES, after.size());
        int height = TOP + shown * ROW + ROW;
        open(page, height, "spans per node before and after");
        int y = TOP;
        for (var each : after.entrySet()) {
            if (y >= TOP + shown * ROW) {
                break;
            }
            NodeLoad was = before.getOrDefault(each.getKey(), new NodeLoad(0, true));
            String style = each.getValue().eligible() ? "after" : "no";
            String name = each.getKey() + (each.getValue().eligible() ? "" : " (drains)");
            text(page, 0, y + 14, name);
            bar(page, "before", y, width(was.spans(), most));
            bar(page, style, y + 10, width(each.getValue().spans(), most));
            text(
                    page,
                    LEFT
                            + Math.max(
                                    width(was.spans(), most),
                                    width(each.getValue().spans(), most))
                            + 6,
                    y + 14,
                    was.spans() + " → " + each.getValue().spans());
            y += ROW;
        }
        text(page, 0, y + 14, shown < after.size() ? "and " + (after.size() - shown) + " more nodes" : "");
        page.append("</svg>\n");
    }

    private static void moves(List<Integer> perRound, StringBuilder page) {
        int most = perRound.stream().mapToInt(Integer::intValue).max().orElse(0);
        open(page, TOP + CHART + ROW, "moves per round");
        int count = Math.max(1, perRound.size());
        double step = Math.min(40.0, (double) (WIDTH - LEFT) / count);
        for (int i = 0; i < perRound.size(); i++) {
            int height = most == 0 ? 0 : (int) ((long) CHART * perRound.get(i) / most);
            page.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"after\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
                    LEFT + i * step,
                    TOP + CHART - height,
                    Math.max(0.5, step - 2),
                    height));
        }
        text(page, 0, TOP + 14, "most " + most);
        text(page, LEFT, TOP + CHART + 16, "round 1 to " + perRound.size());
        page.append("</svg>\n");
    }

    private static void open(StringBuilder page, int height, String what) {
        page.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"")
                .append(what)
                .append("\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(height)
                .append("\">\n");
    }

    private static int width(int spans, int most) {
        return (int) ((long) (WIDTH - LEFT - 130) * spans / most);
    }

    private static void bar(StringBuilder page, String style, int y, int width) {
        page.append("<rect class=\"")
                .append(style)
                .append("\" x=\"")
                .append(LEFT)
                .append("\" y=\"")
                .append(y)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"9\"/>\n");
    }

    private static void text(StringBuilder page, int x, int y, String text) {
        page.append("<text x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\">")
                .append(escape(text))
                .append("</text>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
