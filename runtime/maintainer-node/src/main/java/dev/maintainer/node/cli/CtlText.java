package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers of the admin interface for people. */
final class CtlText {
    private static final int WIDEST = 40;

    private CtlText() {}

    static void changefeeds(JsonNode answer, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer) {
            JsonNode maintainer = row.path("maintainer");
            JsonNode scheduling = maintainer.path("scheduling");
            rows.add(List.of(
                    text(maintainer, "changefeed"),
                    text(row, "node"),
                    text(maintainer, "epoch"),
                    text(maintainer, "phase"),
                    text(maintainer, "checkpointTs"),
                    text(maintainer, "spans"),
                    text(maintainer, "absent"),
                    text(maintainer, "operatorsInFlight"),
                    text(scheduling, "scheduler") + " " + text(scheduling, "condition")));
        }
        table(
                out,
                List.of(
                        "CHANGEFEED",
                        "NODE",
                        "EPOCH",
                        "PHASE",
                        "CHECKPOINT",
                        "SPANS",
                        "ABSENT",
                        "OPERATORS",
                        "SCHEDULER"),
                rows);
    }

    static void nodes(JsonNode answer, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer) {
            rows.add(List.of(
                    text(row, "node"),
                    row.path("member").asBoolean() ? "yes" : "no",
                    text(row, "maintainers"),
                    text(row, "spans"),
                    text(row, "stuckPlanners"),
                    labels(row.path("labels"))));
        }
        table(out, List.of("NODE", "MEMBER", "MAINTAINERS", "SPANS", "STUCK PLANNERS", "LABELS"), rows);
    }

    private static String labels(JsonNode labels) {
        return labels.properties().stream()
                .map((Map.Entry<String, JsonNode> label) ->
                        label.getKey() + "=" + label.getValue().asText())
                .collect(Collectors.joining(" "));
    }

    static void spans(JsonNode answer, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer.path("spans")) {
            JsonNode span = row.path("span");
            rows.add(List.of(
                    text(span, "dispatcher"),
                    text(span, "span"),
                    text(row, "table"),
                    row.path("node").isNull() ? "absent" : text(row, "node")));
        }
        table(out, List.of("DISPATCHER", "SPAN", "TABLE", "NODE"), rows);
        out.println(rows.size() + " of " + text(answer, "total") + " spans, as of round " + text(answer, "round"));
    }

    static void operators(JsonNode answer, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer) {
            rows.add(List.of(
                    text(row, "dispatcher"),
                    text(row, "type"),
                    text(row, "phase"),
                    text(row, "origin"),
                    text(row, "destination"),
                    text(row, "ageMillis") + " ms",
                    row.path("frozen").asBoolean() ? "frozen" : ""));
        }
        table(out, List.of("DISPATCHER", "TYPE", "PHASE", "FROM", "TO", "AGE", ""), rows);
    }

    static void schedulers(JsonNode answer, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer) {
            JsonNode entry = row.path("entry");
            JsonNode descriptor = entry.path("descriptor");
            List<String> traits = new ArrayList<>();
            descriptor.path("traits").forEach(trait -> traits.add(trait.asText()));
            rows.add(List.of(
                    text(descriptor, "name"),
                    text(entry, "level"),
                    String.join(" ", traits),
                    text(row, "use"),
                    text(descriptor, "description")));
        }
        table(out, List.of("SCHEDULER", "LEVEL", "TRAITS", "USE", "DESCRIPTION"), rows);
    }

    static void scheduling(JsonNode view, PrintWriter out) {
        out.println("scheduler " + text(view, "scheduler") + " is " + text(view, "condition")
                + (view.path("trial").isNull() ? "" : ", on trial: " + text(view, "trial"))
                + (view.path("shadow").isNull() ? "" : ", shadow: " + text(view, "shadow")));
        JsonNode failure = view.path("failure");
        if (failure.isObject()) {
            out.println("last fault: " + text(failure, "code") + ": " + text(failure, "message"));
        }
        JsonNode figures = view.path("figures");
        out.println(text(view, "rounds") + " rounds: " + text(figures, "placed") + " placed, " + text(figures, "moved")
                + " moved, " + text(figures, "refused") + " refused, " + text(figures, "cut") + " beyond the budget, "
                + text(figures, "faults") + " failed, " + text(figures, "late") + " late");
        JsonNode shadow = view.path("shadowFigures");
        if (shadow.path("rounds").asLong() > 0) {
            out.println("compared in " + text(shadow, "rounds") + " rounds, " + text(shadow, "failed")
                    + " failed: the shadow places " + text(shadow, "places") + " and moves " + text(shadow, "moves")
                    + " in " + text(shadow, "micros") + " us, the scheduler places "
                    + text(shadow, "carriedOutPlaces") + " and moves " + text(shadow, "carriedOutMoves") + " in "
                    + text(shadow, "carriedOutMicros") + " us; " + text(shadow, "same") + " decisions are the same");
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode round : view.path("recent")) {
            rows.add(List.of(
                    text(round, "round"),
                    text(round, "scheduler").isEmpty() ? "(built-in)" : text(round, "scheduler"),
                    text(round, "placed"),
                    text(round, "moved"),
                    text(round, "refused"),
                    text(round, "micros"),
                    text(round, "failed"),
                    text(round, "outcome")));
        }
        table(out, List.of("ROUND", "SCHEDULER", "PLACED", "MOVED", "REFUSED", "US", "FAILED", "OUTCOME"), rows);
    }

    static void request(JsonNode answer, PrintWriter out) {
        out.println(text(answer, "message"));
    }

    static void explain(JsonNode answer, PrintWriter out) {
        for (JsonNode span : answer) {
            out.println("dispatcher " + text(span, "dispatcher") + " of " + text(span, "span") + ", "
                    + text(span, "state") + " at checkpoint " + text(span, "checkpointTs"));
            sentences(text(span, "text"), out);
        }
    }

    static void whyNot(JsonNode answer, PrintWriter out) {
        for (JsonNode each : answer) {
            out.println("dispatcher " + text(each, "dispatcher") + " is not on " + text(each, "node") + ":");
            for (JsonNode obstacle : each.path("obstacles")) {
                out.println("  " + text(obstacle, "code") + ": " + text(obstacle, "text"));
            }
        }
    }

    static void blame(JsonNode answer, PrintWriter out) {
        out.println("checkpoint " + text(answer, "checkpointTs") + " of " + text(answer, "changefeed")
                + " has not risen for " + text(answer, "heldMillis") + " ms");
        out.println(
                "held by " + text(answer, "kind") + (answer.path("node").isNull() ? "" : " " + text(answer, "node")));
        sentences(text(answer, "text"), out);
    }

    static void plan(JsonNode proposal, PrintWriter out) {
        JsonNode plan = proposal.path("plan");
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode decision : plan.path("decisions")) {
            rows.add(List.of(
                    text(decision, "dispatcher"),
                    decision.has("origin") ? text(decision, "origin") : "absent",
                    text(decision, "target"),
                    text(decision.path("reason"), "code"),
                    text(decision.path("reason"), "text")));
        }
        out.println("plan " + text(proposal, "id") + " of " + text(proposal, "scheduler") + ", made from version "
                + text(proposal, "version") + ": " + text(plan.path("reason"), "code") + ": "
                + text(plan.path("reason"), "text"));
        if (!rows.isEmpty()) {
            table(out, List.of("DISPATCHER", "FROM", "TO", "REASON", ""), rows);
            out.println("carry it out with: ctl apply " + text(proposal, "id"));
        }
    }

    private static void sentences(String text, PrintWriter out) {
        for (String sentence : text.split("; ", -1)) {
            out.println("  " + sentence);
        }
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    /** Columns as wide as they must be; the last one is not padded, and the others are cut when they are very long. */
    private static void table(PrintWriter out, List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.min(WIDEST, Math.max(widths[i], row.get(i).length()));
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                boolean last = i == widths.length - 1;
                String shown = !last && cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "~" : cell;
                line.append(shown);
                if (!last) {
                    line.append(" ".repeat(widths[i] - shown.length() + 2));
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
