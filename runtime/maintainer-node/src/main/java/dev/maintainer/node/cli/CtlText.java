package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers of the admin interface for people. */
final class CtlText {
    private static final int LINE = 100;
    private static final int GAP = 2;
    /** A last column is not made narrower than this; the others are. */
    private static final int NARROWEST_LAST = 24;

    private static final int NARROWEST = 8;

    private CtlText() {}

    static void changefeeds(JsonNode answer, PrintWriter out) {
        List<String> header = List.of(
                "CHANGEFEED", "NODE", "EPOCH", "PHASE", "CHECKPOINT", "SPANS", "ABSENT", "OPERATORS", "SCHEDULER");
        table(out, header, answer, row -> {
            JsonNode maintainer = row.path("maintainer");
            JsonNode scheduling = maintainer.path("scheduling");
            return List.of(
                    text(maintainer, "changefeed"),
                    text(row, "node"),
                    text(maintainer, "epoch"),
                    text(maintainer, "phase"),
                    text(maintainer, "checkpointTs"),
                    text(maintainer, "spans"),
                    text(maintainer, "absent"),
                    text(maintainer, "operatorsInFlight"),
                    text(scheduling, "scheduler") + " " + text(scheduling, "condition"));
        });
    }

    /** Those that stand still before a block event that the sink refuses. */
    static void refused(JsonNode changefeeds, PrintWriter out) {
        for (JsonNode row : changefeeds) {
            JsonNode refused = row.path("maintainer").path("refused");
            if (!refused.isNull() && !refused.isMissingNode()) {
                say(out, text(row.path("maintainer"), "changefeed") + " stands still: " + refused.asText());
            }
        }
    }

    /** What is wrong with the changefeeds of one process. */
    static void errors(JsonNode changefeeds, PrintWriter out) {
        for (JsonNode row : changefeeds) {
            JsonNode maintainer = row.path("maintainer");
            errors(text(maintainer, "changefeed"), maintainer, out);
        }
    }

    /**
     * What is wrong with a changefeed: as many errors as were told, and how many there are.
     *
     * @param holder has {@code errors} and {@code errorCount}
     */
    static void errors(String changefeed, JsonNode holder, PrintWriter out) {
        JsonNode errors = holder.path("errors");
        for (JsonNode error : errors) {
            long lasting = error.path("lastingMillis").asLong(-1);
            say(
                    out,
                    changefeed + ": " + code(text(error, "code")) + " on " + text(error, "node") + ": "
                            + text(error, "message") + (lasting < 0 ? "" : " (for " + lasting / 1_000 + " s)"));
        }
        int more = holder.path("errorCount").asInt() - errors.size();
        if (more > 0) {
            out.println(changefeed + ": and " + more + (more == 1 ? " more error" : " more errors"));
        }
    }

    /** One process says the name, a cluster the code. */
    private static String code(String said) {
        return Arrays.stream(ErrorCode.values())
                .filter(each -> each.name().equals(said))
                .map(ErrorCode::code)
                .findFirst()
                .orElse(said);
    }

    /** Those that stand still have no maintainer that could speak for them. */
    static void paused(JsonNode placements, PrintWriter out) {
        for (JsonNode row : placements) {
            if (text(row, "wanted").equals("PAUSE")) {
                say(
                        out,
                        text(row, "changefeed") + " is paused (" + text(row, "phase") + ") at checkpoint "
                                + text(row, "checkpointTs") + "; 'ctl resume' lets it go on");
            }
        }
    }

    static void placements(JsonNode answer, PrintWriter out) {
        List<String> header = List.of("CHANGEFEED", "WANTED", "PHASE", "NODE", "EPOCH", "CHECKPOINT");
        table(out, header, answer, row -> texts(row, "changefeed", "wanted", "phase", "node", "epoch", "checkpointTs"));
    }

    static void nodes(JsonNode answer, PrintWriter out) {
        List<String> header =
                List.of("NODE", "MEMBER", "ANSWERS", "MAINTAINERS", "SPANS", "STUCK PLANNERS", "DRAIN", "LABELS");
        table(
                out,
                header,
                answer,
                row -> List.of(
                        text(row, "node"),
                        row.path("member").asBoolean() ? "yes" : "no",
                        row.path("answers").asBoolean() ? "yes" : "NO",
                        text(row, "maintainers"),
                        text(row, "spans"),
                        text(row, "stuckPlanners"),
                        text(row, "drain").equals("NONE") ? "" : text(row, "drain"),
                        labels(row.path("labels"))));
    }

    private static String labels(JsonNode labels) {
        return labels.properties().stream()
                .map((Map.Entry<String, JsonNode> label) ->
                        label.getKey() + "=" + label.getValue().asText())
                .collect(Collectors.joining(" "));
    }

    static void spans(JsonNode answer, PrintWriter out) {
        JsonNode page = answer.path("spans");
        table(out, List.of("DISPATCHER", "SPAN", "TABLE", "NODE", "STATE"), page, row -> {
            JsonNode span = row.path("span");
            return List.of(
                    text(span, "dispatcher"),
                    text(span, "span"),
                    text(row, "table"),
                    text(span, "node"),
                    text(row, "state") + (row.path("operator").isNull() ? "" : " " + text(row, "operator")));
        });
        boolean planned = answer.path("round").asLong() > 0;
        out.println(page.size() + " of " + text(answer, "total") + " spans"
                + (planned ? ", as of round " + text(answer, "round") : ": nobody has planned yet under this owner"));
        if (!answer.path("next").isNull()) {
            out.println("more with --after " + text(answer, "next"));
        }
    }

    static void operators(JsonNode answer, PrintWriter out) {
        table(
                out,
                List.of("DISPATCHER", "TYPE", "PHASE", "FROM", "TO", "AGE", ""),
                answer,
                row -> List.of(
                        text(row, "dispatcher"),
                        text(row, "type"),
                        text(row, "phase"),
                        text(row, "origin"),
                        text(row, "destination"),
                        text(row, "ageMillis") + " ms",
                        row.path("frozen").asBoolean() ? "frozen" : ""));
    }

    static void schedulers(JsonNode answer, PrintWriter out) {
        table(out, List.of("SCHEDULER", "LEVEL", "TRAITS", "USE", "DESCRIPTION"), answer, row -> {
            JsonNode entry = row.path("entry");
            JsonNode descriptor = entry.path("descriptor");
            List<String> traits = new ArrayList<>();
            descriptor.path("traits").forEach(trait -> traits.add(trait.asText()));
            return List.of(
                    text(descriptor, "name"),
                    text(entry, "level"),
                    String.join(" ", traits),
                    text(row, "use"),
                    text(descriptor, "description"));
        });
        for (JsonNode row : answer) {
            JsonNode descriptor = row.path("entry").path("descriptor");
            descriptor
                    .path("keys")
                    .properties()
                    .forEach(key -> sentence(
                            text(descriptor, "name") + "." + key.getKey() + ": "
                                    + key.getValue().asText(),
                            out));
        }
    }

    static void scheduling(JsonNode view, PrintWriter out) {
        say(
                out,
                "scheduler " + text(view, "scheduler") + " is " + text(view, "condition")
                        + (view.path("trial").isNull() ? "" : ", on trial: " + text(view, "trial"))
                        + (view.path("shadow").isNull() ? "" : ", shadow: " + text(view, "shadow")));
        JsonNode failure = view.path("failure");
        if (failure.isObject()) {
            say(
                    out,
                    "last fault, of " + text(failure, "scheduler") + ": " + text(failure, "code") + ": "
                            + text(failure, "message"));
        }
        JsonNode figures = view.path("figures");
        say(
                out,
                text(view, "rounds") + " rounds: " + text(figures, "placed") + " placed, " + text(figures, "moved")
                        + " moved, " + text(figures, "refused") + " refused, " + text(figures, "cut")
                        + " beyond the budget, " + text(figures, "faults") + " failed, " + text(figures, "late")
                        + " late, " + text(figures, "degraded") + " times degraded");
        comparison(view, out);
        table(
                out,
                List.of("ROUND", "SCHEDULER", "PLACED", "MOVED", "REFUSED", "US", "OUTCOME"),
                view.path("recent"),
                round -> List.of(
                        text(round, "round"),
                        text(round, "scheduler").isEmpty() ? "(built-in)" : text(round, "scheduler"),
                        text(round, "placed"),
                        text(round, "moved"),
                        text(round, "refused"),
                        text(round, "micros"),
                        (round.path("failed").isNull() ? "" : text(round, "failed") + ": ")
                                + text(round, "outcome").lines().findFirst().orElse("")));
    }

    private static void comparison(JsonNode view, PrintWriter out) {
        JsonNode shadow = view.path("shadowFigures");
        if (shadow.path("rounds").asLong() == 0) {
            return;
        }
        out.println("compared in " + text(shadow, "rounds") + " rounds, " + text(shadow, "failed")
                + " of them without a plan of the shadow; " + text(shadow, "same") + " decisions are the same");
        out.println("  the shadow places " + text(shadow, "places") + " and moves " + text(shadow, "moves") + ", in "
                + text(shadow, "micros") + " us");
        out.println("  the scheduler places " + text(shadow, "carriedOutPlaces") + " and moves "
                + text(shadow, "carriedOutMoves") + ", in " + text(shadow, "carriedOutMicros") + " us");
        JsonNode comparisons = view.path("comparisons");
        JsonNode last = comparisons.path(comparisons.size() - 1);
        if (last.path("failure").isTextual()) {
            say(out, "  round " + text(last, "round") + ": " + text(last, "failure"));
        }
        for (JsonNode difference : last.path("differences")) {
            say(out, "  round " + text(last, "round") + ": " + difference.asText());
        }
    }

    static void request(JsonNode answer, PrintWriter out) {
        say(out, text(answer, "message"));
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
            boolean there = text(each.path("obstacles").path(0), "code").equals("ALREADY_THERE");
            out.println("dispatcher " + text(each, "dispatcher") + (there ? " is on " : " is not on ")
                    + text(each, "node") + ":");
            for (JsonNode obstacle : each.path("obstacles")) {
                sentences(text(obstacle, "code") + ": " + text(obstacle, "text"), out);
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

    static void barriers(JsonNode answer, PrintWriter out) {
        if (answer.isEmpty()) {
            out.println("no dispatcher waits at a block event");
            return;
        }
        table(
                out,
                List.of("EVENT", "PHASE", "AGE", "UNMOVED", "WAITING", "STATEMENT"),
                answer,
                row -> List.of(
                        event(row),
                        text(row, "phase"),
                        text(row, "ageMillis") + " ms",
                        text(row, "stillMillis") + " ms",
                        text(row, "waiting"),
                        text(row, "statement")));
        for (JsonNode row : answer) {
            if (text(row, "phase").equals("REFUSED")) {
                say(out, event(row) + " is refused: " + text(row, "refusal"));
                sentences(text(row, "wayOut"), out);
                continue;
            }
            out.println(event(row) + " waits for");
            if (row.path("awaitsTrigger").asBoolean()) {
                sentence("the DDL trigger dispatcher on " + text(row, "triggerNode"), out);
            }
            for (JsonNode missing : row.path("missing")) {
                String table = text(missing, "table");
                sentence(
                        "dispatcher " + text(missing, "dispatcher") + " of " + text(missing, "span")
                                + (table.isEmpty() ? "" : " (" + table + ")")
                                + (missing.path("node").isNull() ? ", not placed" : " on " + text(missing, "node"))
                                + ", at " + text(missing, "checkpointTs"),
                        out);
            }
        }
    }

    private static String event(JsonNode row) {
        return (text(row, "kind").equals("DDL") ? "ddl@" : "syncpoint@") + text(row, "commitTs");
    }

    private static String target(JsonNode decision) {
        if (decision.has("cuts")) {
            return "(split into " + (decision.path("cuts").size() + 1) + ")";
        }
        return decision.has("dispatchers")
                ? "(merged with " + (decision.path("dispatchers").size() - 1) + ")"
                : text(decision, "target");
    }

    static void plan(JsonNode proposal, PrintWriter out) {
        JsonNode plan = proposal.path("plan");
        JsonNode decisions = plan.path("decisions");
        say(
                out,
                "plan " + text(proposal, "id") + " of " + text(proposal, "scheduler") + ", made from version "
                        + text(proposal, "version") + ": " + text(plan.path("reason"), "code") + ": "
                        + text(plan.path("reason"), "text"));
        if (!decisions.isEmpty()) {
            table(out, List.of("DISPATCHER", "FROM", "TO", "REASON", ""), decisions, decision -> {
                boolean merge = decision.has("dispatchers");
                return List.of(
                        merge ? decision.path("dispatchers").path(0).asText() : text(decision, "dispatcher"),
                        merge ? text(decision, "node") : decision.has("origin") ? text(decision, "origin") : "absent",
                        target(decision),
                        text(decision.path("reason"), "code"),
                        text(decision.path("reason"), "text"));
            });
            out.println("carry it out with: ctl apply " + text(proposal, "id"));
        }
        for (JsonNode left : plan.path("rejected")) {
            say(
                    out,
                    "left as it is: " + text(left, "dispatcher") + ": " + text(left.path("reason"), "code") + ": "
                            + text(left.path("reason"), "text"));
        }
    }

    private static void say(PrintWriter out, String text) {
        text.lines().forEach(line -> wrapped(line, LINE).forEach(out::println));
    }

    /** A sentence a line, broken where it is too long. */
    private static void sentences(String text, PrintWriter out) {
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            depth += each == '(' ? 1 : each == ')' ? -1 : 0;
            // What is in parentheses stays with what it explains.
            if (depth <= 0 && text.startsWith("; ", i)) {
                sentence(text.substring(begin, i), out);
                begin = i + 2;
            }
        }
        sentence(text.substring(begin), out);
    }

    private static void sentence(String text, PrintWriter out) {
        wrapped(text, LINE - 4).forEach(line -> out.println("  " + line));
    }

    /** Broken between words, and within a word that is too long. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > 0 ? space : width;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    private static List<String> texts(JsonNode node, String... fields) {
        return Arrays.stream(fields).map(field -> text(node, field)).toList();
    }

    /** A row for each element of an array. */
    private static void table(
            PrintWriter out, List<String> header, JsonNode array, Function<JsonNode, List<String>> row) {
        List<List<String>> rows = new ArrayList<>();
        array.forEach(element -> rows.add(row.apply(element)));
        table(out, header, rows);
    }

    /**
     * Columns as wide as they must be. Where a line would be too long, the widest columns are cut, which a {@code ~}
     * shows, and the last one goes on in the next line.
     */
    static void table(PrintWriter out, List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        int last = head.size() - 1;
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        int lastWidth = fit(widths, last);
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                String cell = row.get(i);
                String shown = cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "~" : cell;
                line.append(shown).append(" ".repeat(widths[i] - shown.length() + GAP));
            }
            int indent = line.length();
            for (String part : wrapped(row.get(last), lastWidth)) {
                out.println(line.append(part).toString().stripTrailing());
                line.setLength(0);
                line.append(" ".repeat(indent));
            }
        }
    }

    /** Makes columns narrower until the last one has room; returns how much it has. */
    private static int fit(int[] widths, int last) {
        int wanted = Math.min(widths[last], NARROWEST_LAST);
        int left = LINE - GAP * last;
        for (int i = 0; i < last; i++) {
            left -= widths[i];
        }
        while (left < wanted) {
            int widest = 0;
            for (int i = 1; i < last; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (last == 0 || widths[widest] <= NARROWEST) {
                return Math.max(1, wanted);
            }
            widths[widest]--;
            left++;
        }
        return Math.max(1, left);
    }
}
