package dev.maintainer.node.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.planning.SchedulerCommand;
import dev.maintainer.core.planning.SchedulingView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be asked over HTTP: the path is the name, arguments are query parameters, the answer is JSON. */
enum AdminVerb {
    CHANGEFEEDS(false) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.changefeeds();
        }
    },
    NODES(false) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.nodes();
        }
    },
    SPANS(false, "changefeed", "node", "table", "limit") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.spans(
                    arguments.changefeed(admin),
                    arguments.get("node"),
                    arguments.get("table"),
                    arguments.number("limit", 100, MOST_SPANS));
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
            return admin.explain(arguments.changefeed(admin), arguments.required("span"));
        }
    },
    WHY_NOT(false, "changefeed", "span", "node") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.whyNot(
                    arguments.changefeed(admin), arguments.required("span"), new NodeId(arguments.required("node")));
        }
    },
    BLAME(false, "changefeed") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.blame(arguments.changefeed(admin));
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
            return admin.command(
                    arguments.changefeed(admin), new SchedulerCommand.Select(arguments.required("scheduler")));
        }
    },
    SCHEDULER_SHADOW(true, "changefeed", "scheduler") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return admin.command(arguments.changefeed(admin), new SchedulerCommand.Shadow(arguments.get("scheduler")));
        }
    },
    /** Keeps a plan to be applied; it starts nothing. */
    PLAN(true, "changefeed", "scheduler") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            ChangefeedId changefeed = arguments.changefeed(admin);
            SchedulingView.Request made =
                    admin.command(changefeed, new SchedulerCommand.Propose(arguments.get("scheduler")));
            Long plan = made.plan();
            if (plan == null) {
                throw new IllegalStateException("a proposal without a plan: " + made);
            }
            return admin.proposal(changefeed, plan);
        }
    },
    APPLY(true, "changefeed", "plan") {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            arguments.required("plan");
            return admin.command(
                    arguments.changefeed(admin),
                    new SchedulerCommand.Apply(arguments.number("plan", 0, Integer.MAX_VALUE)));
        }
    },
    /** Ends the process that holds a cluster up. */
    STOP(true) {
        @Override
        Object answer(ClusterAdmin admin, Arguments arguments) {
            return Map.of("message", "the cluster stops");
        }
    };

    private static final int MOST_SPANS = 10_000;

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
        return Arrays.stream(values())
                .filter(verb -> verb.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.UNKNOWN_NAME,
                        "no verb is called '" + path + "'; there are "
                                + Arrays.stream(values()).map(AdminVerb::path).toList()));
    }

    /** Refuses parameters that the verb does not know. */
    Arguments arguments(SortedMap<String, String> given) {
        List<String> unknown = new ArrayList<>(given.keySet());
        unknown.removeAll(parameters);
        if (!unknown.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_NAME, "'" + path() + "' has no parameter " + unknown + "; it has " + parameters);
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
            if (value == null || value.isEmpty()) {
                throw new MaintainerException(ErrorCode.UNKNOWN_NAME, "'" + verb.path() + "' needs a " + name);
            }
            return value;
        }

        int number(String name, int otherwise, int most) {
            String value = given.get(name);
            if (value == null) {
                return otherwise;
            }
            try {
                int number = Integer.parseInt(value);
                if (number >= 0 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Told below, with the limits.
            }
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_NAME, name + " '" + value + "' must be a number from 0 to " + most);
        }

        ChangefeedId changefeed(ClusterAdmin admin) {
            return admin.changefeed(given.get("changefeed"));
        }

        @Override
        public String toString() {
            return given.toString();
        }
    }
}
