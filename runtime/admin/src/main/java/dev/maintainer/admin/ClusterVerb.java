package dev.maintainer.admin;

import java.util.List;
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

    @SuppressWarnings("ImmutableEnumChecker")
    private final Form<ClusterAdmin> form;

    ClusterVerb(boolean changes, Question<ClusterAdmin> question, String... parameters) {
        this.form = new Form<>(changes, List.of(parameters), question);
    }

    @Override
    public Form<ClusterAdmin> form() {
        return form;
    }
}
