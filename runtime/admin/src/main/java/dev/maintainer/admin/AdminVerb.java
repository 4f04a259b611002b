package dev.maintainer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Unicode;
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
    CHANGEFEEDS(false) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.changefeeds();
        }
    },
    PLACEMENTS(false) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.placements();
        }
    },
    NODES(false) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.nodes();
        }
    },
    SPANS(false, "changefeed", "node", "table", "state", "after", "limit") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            SpanQuery query = new SpanQuery(
                    arguments.get("node"),
                    arguments.get("table"),
                    arguments.state("state"),
                    arguments.get("after"),
                    (int) arguments.number("limit", 100, 1, SpanQuery.MOST));
            return admin.spans(arguments.changefeed(admin), query);
        }
    },
    OPERATORS(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.operators(arguments.changefeed(admin));
        }
    },
    SCHEDULERS(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.schedulers(arguments.changefeed(admin));
        }
    },
    SCHEDULING(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.scheduling(arguments.changefeed(admin));
        }
    },
    EXPLAIN(false, "changefeed", "span") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            String span = arguments.required("span");
            return admin.explain(arguments.changefeed(admin), span);
        }
    },
    WHY_NOT(false, "changefeed", "span", "node") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            String span = arguments.required("span");
            NodeId node = arguments.node();
            return admin.whyNot(arguments.changefeed(admin), span, node);
        }
    },
    BLAME(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.blame(arguments.changefeed(admin));
        }
    },
    BARRIERS(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.barriers(arguments.changefeed(admin));
        }
    },
    SNAPSHOT(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.snapshot(arguments.changefeed(admin));
        }
    },
    SCHEDULER_SET(true, "changefeed", "scheduler") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            String scheduler = arguments.required("scheduler");
            return admin.selectScheduler(arguments.changefeed(admin), scheduler);
        }
    },
    SCHEDULER_SHADOW(true, "changefeed", "scheduler") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.shadow(arguments.changefeed(admin), arguments.get("scheduler"));
        }
    },
    /** Keeps a plan to be applied; it starts nothing. */
    PLAN(true, "changefeed", "scheduler") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.plan(arguments.changefeed(admin), arguments.get("scheduler"));
        }
    },
    APPLY(true, "changefeed", "plan") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            arguments.required("plan");
            long plan = arguments.number("plan", 0, 0, Long.MAX_VALUE);
            return admin.apply(arguments.changefeed(admin), plan);
        }
    },
    MOVE(true, "changefeed", "span", "node", "dry-run") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            String span = arguments.required("span");
            NodeId node = arguments.node();
            return admin.move(arguments.changefeed(admin), span, node, arguments.flag("dry-run"));
        }
    },
    /** Its keys are a JSON array of texts. */
    SPLIT(true, "changefeed", "span", "parts", "keys", "dry-run") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
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
    },
    MERGE(true, "changefeed", "span", "dry-run") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            String span = arguments.required("span");
            return admin.merge(arguments.changefeed(admin), span, arguments.flag("dry-run"));
        }
    },
    PAUSE(true, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return List.of(admin.pause(arguments.get("changefeed"), true));
        }
    },
    RESUME(true, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return List.of(admin.pause(arguments.get("changefeed"), false));
        }
    },
    OPERATOR_RETRY(true, "changefeed", "span", "dry-run") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return arguments.intervene(admin, SchedulerCommand.Intervention.RETRY);
        }
    },
    OPERATOR_CANCEL(true, "changefeed", "span", "dry-run") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return arguments.intervene(admin, SchedulerCommand.Intervention.CANCEL);
        }
    },
    OPERATOR_RELEASE(true, "changefeed", "span", "dry-run") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return arguments.intervene(admin, SchedulerCommand.Intervention.RELEASE);
        }
    },
    DRAINING(false) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return DrainRow.of(admin.draining());
        }
    },
    DRAIN(true, "node") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return DrainRow.of(admin.drain(arguments.node()));
        }
    },
    CANCEL_DRAIN(true) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return DrainRow.of(admin.cancelDrain());
        }
    },
    /** Ends the process that holds a cluster up. */
    STOP(true) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return Map.of("message", "the cluster stops");
        }
    };

    private static final int MOST_PARTS = 1_024;

    private final boolean changes;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> parameters;

    AdminVerb(boolean changes, String... parameters) {
        this.changes = changes;
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

    abstract Object answer(ClusterAdmin admin, Arguments arguments);

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

        ChangefeedId changefeed(ClusterAdmin admin) {
            return admin.changefeed(given.get("changefeed"));
        }
    }
}
