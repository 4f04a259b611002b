package dev.maintainer.admin;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is about the whole cluster: its nodes, where changefeeds are, drains. */
enum ClusterVerb implements AdminVerb {
    CHANGEFEEDS(false, (admin, arguments) -> admin.changefeeds()),
    PLACEMENTS(false, (admin, arguments) -> admin.placements()),
    NODES(false, (admin, arguments) -> admin.nodes()),
    PAUSE(true, (admin, arguments) -> List.of(admin.pause(arguments.get("changefeed"), true)), "changefeed"),
    RESUME(true, (admin, arguments) -> List.of(admin.pause(arguments.get("changefeed"), false)), "changefeed"),
    DRAINING(false, (admin, arguments) -> DrainRow.of(admin.draining())),
    DRAIN(true, (admin, arguments) -> DrainRow.of(admin.drain(arguments.node())), "node"),
    CANCEL_DRAIN(true, (admin, arguments) -> DrainRow.of(admin.cancelDrain())),
    /** Ends the process that holds a cluster up. */
    STOP(true, (admin, arguments) -> Map.of("message", "the cluster stops"));

    /** Asks. The answer is written as JSON. */
    private interface Question {
        Object ask(ClusterAdmin admin, VerbArguments arguments);
    }

    private final boolean changes;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Question question;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> parameters;

    ClusterVerb(boolean changes, Question question, String... parameters) {
        this.changes = changes;
        this.question = question;
        this.parameters = List.of(parameters);
    }

    @Override
    public boolean changes() {
        return changes;
    }

    @Override
    public String path() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public List<String> parameters() {
        return parameters;
    }

    @Override
    public Object answer(ClusterAdmin admin, VerbArguments arguments) {
        return question.ask(admin, arguments);
    }
}
