package dev.maintainer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be asked over HTTP: the path is the name, the answer is JSON. */
enum AdminVerb {
    CHANGEFEEDS(false, (admin, arguments) -> admin.changefeeds()),
    PLACEMENTS(false, (admin, arguments) -> admin.placements()),
    NODES(false, (admin, arguments) -> admin.nodes()),
    SPANS(false, AdminVerb::spans, "changefeed", "node", "table", "state", "after", "limit"),
    OPERATORS(false, (admin, arguments) -> admin.operators(arguments.changefeed(admin)), "changefeed"),
    SCHEDULERS(false, (admin, arguments) -> admin.schedulers(arguments.changefeed(admin)), "changefeed"),
    SCHEDULING(false, (admin, arguments) -> admin.scheduling(arguments.changefeed(admin)), "changefeed"),
    EXPLAIN(false, AdminVerb::explain, "changefeed", "span"),
    WHY_NOT(false, AdminVerb::whyNot, "changefeed", "span", "node"),
    BLAME(false, (admin, arguments) -> admin.blame(arguments.changefeed(admin)), "changefeed"),
    BARRIERS(false, (admin, arguments) -> admin.barriers(arguments.changefeed(admin)), "changefeed"),
    SNAPSHOT(false, (admin, arguments) -> admin.snapshot(arguments.changefeed(admin)), "changefeed"),
    SCHEDULER_SET(true, AdminVerb::schedulerSet, "changefeed", "scheduler"),
    SCHEDULER_SHADOW(
            true,
            (admin, arguments) -> admin.shadow(arguments.changefeed(admin), arguments.get("scheduler")),
            "changefeed",
            "scheduler"),
    /** Keeps a plan to be applied; it starts nothing. */
    PLAN(
            true,
            (admin, arguments) -> admin.plan(arguments.changefeed(admin), arguments.get("scheduler")),
            "changefeed",
            "scheduler"),
    APPLY(true, AdminVerb::apply, "changefeed", "plan"),
    MOVE(true, AdminVerb::move, "changefeed", "span", "node", "dry-run"),
    /** Its keys are a JSON array of texts. */
    SPLIT(true, AdminVerb::split, "changefeed", "span", "parts", "keys", "dry-run"),
    MERGE(true, AdminVerb::merge, "changefeed", "span", "dry-run"),
    PAUSE(true, (admin, arguments) -> List.of(admin.pause(arguments.get("changefeed"), true)), "changefeed"),
    RESUME(true, (admin, arguments) -> List.of(admin.pause(arguments.get("changefeed"), false)), "changefeed"),
    OPERATOR_RETRY(
            true,
            (admin, arguments) -> arguments.intervene(admin, SchedulerCommand.Intervention.RETRY),
            "changefeed",
            "span",
            "dry-run"),
    OPERATOR_CANCEL(
            true,
            (admin, arguments) -> arguments.intervene(admin, SchedulerCommand.Intervention.CANCEL),
            "changefeed",
            "span",
            "dry-run"),
    OPERATOR_RELEASE(
            true,
            (admin, arguments) -> arguments.intervene(admin, SchedulerCommand.Intervention.RELEASE),
            "changefeed",
            "span",
            "dry-run"),
    BARRIER_RETRY(
            true,
            (admin, arguments) -> arguments.decide(admin, RefusalDecision.RETRY),
            "changefeed",
            "event",
            "dry-run"),
    BARRIER_SKIP(
            true,
            (admin, arguments) -> arguments.decide(admin, RefusalDecision.SKIP),
            "changefeed",
            "event",
            "dry-run"),
    DRAINING(false, (admin, arguments) -> DrainRow.of(admin.draining())),
    DRAIN(true, (admin, arguments) -> DrainRow.of(admin.drain(arguments.node())), "node"),
    CANCEL_DRAIN(true, (admin, arguments) -> DrainRow.of(admin.cancelDrain())),
    /** Ends the process that holds a cluster up. */
    STOP(true, (admin, arguments) -> Map.of("message", "the cluster stops"));

    private static final int MOST_PARTS = 1_024;

    /** Asks a cluster. The answer is written as JSON. */
    private interface Question {
        Object ask(ClusterAdmin admin, Arguments arguments);
    }

    private final boolean changes;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Question question;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> parameters;

    AdminVerb(boolean changes, Question question, String... parameters) {
        this.changes = changes;
        this.question = question;
        this.parameters = List.of(parameters);
    }

    /** Whether it changes something: such requests are posted, and audited. */
    boolean changes() {
        return changes;
    }

    /** As it is in a path. */
    String path() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Object answer(ClusterAdmin admin, Arguments arguments) {
        return question.ask(admin, arguments);
    }

    private static Object spans(ClusterAdmin admin, Arguments arguments) {
        SpanState state = arguments.state("state");
        int limit = (int) arguments.number("limit", 100, 1, SpanQuery.MOST);
        SpanQuery query =
                new SpanQuery(arguments.get("node"), arguments.get("table"), state, arguments.get("after"), limit);
        return admin.spans(arguments.changefeed(admin), query);
    }

    private static Object explain(ClusterAdmin admin, Arguments arguments) {
        String span = arguments.required("span");
        return admin.explain(arguments.changefeed(admin), span);
    }

    private static Object whyNot(ClusterAdmin admin, Arguments arguments) {
        String span = arguments.required("span");
        NodeId node = arguments.node();
        return admin.whyNot(arguments.changefeed(admin), span, node);
    }

    private static Object schedulerSet(ClusterAdmin admin, Arguments arguments) {
        String scheduler = arguments.required("scheduler");
        return admin.selectScheduler(arguments.changefeed(admin), scheduler);
    }

    private static Object apply(ClusterAdmin admin, Arguments arguments) {
        arguments.required("plan");
        long plan = arguments.number("plan", 0, 0, Long.MAX_VALUE);
        return admin.apply(arguments.changefeed(admin), plan);
    }

    private static Object move(ClusterAdmin admin, Arguments arguments) {
        String span = arguments.required("span");
        NodeId node = arguments.node();
        return admin.move(arguments.changefeed(admin), span, node, arguments.flag("dry-run"));
    }

    private static Object split(ClusterAdmin admin, Arguments arguments) {
        String span = arguments.required("span");
        int parts = (int) arguments.number("parts", 0, 0, MOST_PARTS);
        List<String> keys = arguments.list("keys");
        if ((parts < 2) == keys.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "'split' needs either 'parts' (--parts), two or more, or 'keys' (--at), and not both");
        }
        return admin.split(arguments.changefeed(admin), span, parts, keys, arguments.flag("dry-run"));
    }

    private static Object merge(ClusterAdmin admin, Arguments arguments) {
        String span = arguments.required("span");
        return admin.merge(arguments.changefeed(admin), span, arguments.flag("dry-run"));
    }

    /** The verb with this path. */
    static AdminVerb of(String path) {
        List<String> known = Arrays.stream(values()).map(AdminVerb::path).toList();
        return Arrays.stream(values())
                .filter(verb -> verb.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.UNKNOWN_NAME,
                        "no verb is called '" + path + "'" + NearestName.question(path, known) + "; there are "
                                + String.join(", ", known)));
    }

    /** Refuses parameters that the verb does not know. */
    Arguments arguments(SortedMap<String, String> given) {
        List<String> unknown = new ArrayList<>(given.keySet());
        unknown.removeAll(parameters);
        if (!unknown.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "'" + path() + "' has no parameter '" + unknown.get(0) + "'"
                            + NearestName.question(unknown.get(0), parameters) + "; it has " + parameters);
        }
        return new Arguments(this, given);
    }

    /** The parameters of one request. */
    static final class Arguments {
        private final AdminVerb verb;
        private final SortedMap<String, String> given;

        private Arguments(AdminVerb verb, SortedMap<String, String> given) {
            this.verb = verb;
            this.given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
        }

        @Nullable
        String get(String name) {
            return given.get(name);
        }

        String required(String name) {
            String value = given.get(name);
            if (value == null || value.isBlank()) {
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT, "'" + verb.path() + "' needs a " + name + "; give it as a parameter");
            }
            return value;
        }

        long number(String name, long otherwise, long least, long most) {
            String value = given.get(name);
            if (value == null) {
                return otherwise;
            }
            try {
                // The digits of other scripts are numbers for Java.
                if (value.chars().allMatch(c -> c < 128)) {
                    long number = Long.parseLong(value);
                    if (number >= least && number <= most) {
                        return number;
                    }
                }
            } catch (NumberFormatException e) {
                // Told below, with the limits.
            }
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, name + " '" + value + "' must be a number from " + least + " to " + most);
        }

        /** Texts in a JSON array; none if the parameter is not there. */
        List<String> list(String name) {
            String value = given.get(name);
            List<String> texts = new ArrayList<>();
            if (value == null) {
                return texts;
            }
            try {
                JsonNode array = AdminJson.STRICT.readTree(value);
                if (array.isArray()) {
                    array.forEach(each ->
                            texts.add(each.isTextual() && !each.textValue().isEmpty() ? each.textValue() : ""));
                    if (!texts.stream().allMatch(Unicode::isWellFormed)) {
                        throw new MaintainerException(
                                ErrorCode.BAD_INPUT, name + " has half a surrogate pair; give whole characters");
                    }
                    if (!texts.isEmpty() && !texts.contains("")) {
                        return texts;
                    }
                }
            } catch (JsonProcessingException e) {
                // Told below.
            }
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, name + " must be a JSON array of texts, such as [\"k\",\"m\"]");
        }

        NodeId node() {
            return new NodeId(required("node"));
        }

        boolean flag(String name) {
            String value = given.getOrDefault(name, "false");
            if (!value.equals("true") && !value.equals("false")) {
                throw new MaintainerException(ErrorCode.BAD_INPUT, name + " '" + value + "' must be true or false");
            }
            return value.equals("true");
        }

        @Nullable
        SpanState state(String name) {
            String value = given.get(name);
            if (value == null) {
                return null;
            }
            return Arrays.stream(SpanState.values())
                    .filter(state -> state.name().equalsIgnoreCase(value))
                    .findFirst()
                    .orElseThrow(() -> new MaintainerException(
                            ErrorCode.BAD_INPUT,
                            "no span is ever '" + value + "'; states are " + List.of(SpanState.values())));
        }

        SortedMap<String, String> all() {
            return given;
        }

        Object intervene(ClusterAdmin admin, SchedulerCommand.Intervention intervention) {
            String span = required("span");
            return admin.intervene(changefeed(admin), span, intervention, flag("dry-run"));
        }

        Object decide(ClusterAdmin admin, RefusalDecision decision) {
            String event = required("event");
            return admin.decide(changefeed(admin), event, decision, flag("dry-run"));
        }

        ChangefeedId changefeed(ClusterAdmin admin) {
            return admin.changefeed(given.get("changefeed"));
        }
    }
}
