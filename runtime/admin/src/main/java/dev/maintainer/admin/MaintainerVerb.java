package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import java.util.List;

/** What a maintainer can be asked, and what it can be asked to do. */
enum MaintainerVerb implements AdminVerb {
    SPANS(false, MaintainerVerb::spans, "changefeed", "node", "table", "state", "after", "limit"),
    OPERATORS(false, (admin, arguments) -> admin.operators(arguments.changefeed(admin)), "changefeed"),
    SCHEDULERS(false, (admin, arguments) -> admin.schedulers(arguments.changefeed(admin)), "changefeed"),
    SCHEDULING(false, (admin, arguments) -> admin.scheduling(arguments.changefeed(admin)), "changefeed"),
    EXPLAIN(false, MaintainerVerb::explain, "changefeed", "span"),
    WHY_NOT(false, MaintainerVerb::whyNot, "changefeed", "span", "node"),
    BLAME(false, (admin, arguments) -> admin.blame(arguments.changefeed(admin)), "changefeed"),
    BARRIERS(false, (admin, arguments) -> admin.barriers(arguments.changefeed(admin)), "changefeed"),
    SNAPSHOT(false, (admin, arguments) -> admin.snapshot(arguments.changefeed(admin)), "changefeed"),
    SCHEDULER_SET(true, MaintainerVerb::schedulerSet, "changefeed", "scheduler"),
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
    APPLY(true, MaintainerVerb::apply, "changefeed", "plan"),
    MOVE(true, MaintainerVerb::move, "changefeed", "span", "node", "dry-run"),
    /** Its keys are a JSON array of texts. */
    SPLIT(true, MaintainerVerb::split, "changefeed", "span", "parts", "keys", "dry-run"),
    MERGE(true, MaintainerVerb::merge, "changefeed", "span", "dry-run"),
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
            "dry-run");

    private static final int MOST_PARTS = 1_024;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Form<MaintainerAdmin> form;

    MaintainerVerb(boolean changes, Question<MaintainerAdmin> question, String... parameters) {
        this.form = new Form<>(changes, List.of(parameters), question);
    }

    @Override
    public Form<MaintainerAdmin> form() {
        return form;
    }

    /** Asks somebody who knows maintainers, and perhaps nothing else. */
    Object ask(MaintainerAdmin admin, VerbArguments arguments) {
        return form.question().ask(admin, arguments);
    }

    private static Object spans(MaintainerAdmin admin, VerbArguments arguments) {
        SpanState state = arguments.state("state");
        int limit = (int) arguments.number("limit", 100, 1, SpanQuery.MOST);
        SpanQuery query =
                new SpanQuery(arguments.get("node"), arguments.get("table"), state, arguments.get("after"), limit);
        return admin.spans(arguments.changefeed(admin), query);
    }

    private static Object explain(MaintainerAdmin admin, VerbArguments arguments) {
        String span = arguments.required("span");
        return admin.explain(arguments.changefeed(admin), span);
    }

    private static Object whyNot(MaintainerAdmin admin, VerbArguments arguments) {
        String span = arguments.required("span");
        NodeId node = arguments.node();
        return admin.whyNot(arguments.changefeed(admin), span, node);
    }

    private static Object schedulerSet(MaintainerAdmin admin, VerbArguments arguments) {
        String scheduler = arguments.required("scheduler");
        return admin.selectScheduler(arguments.changefeed(admin), scheduler);
    }

    private static Object apply(MaintainerAdmin admin, VerbArguments arguments) {
        arguments.required("plan");
        long plan = arguments.number("plan", 0, 0, Long.MAX_VALUE);
        return admin.apply(arguments.changefeed(admin), plan);
    }

    private static Object move(MaintainerAdmin admin, VerbArguments arguments) {
        String span = arguments.required("span");
        NodeId node = arguments.node();
        return admin.move(arguments.changefeed(admin), span, node, arguments.flag("dry-run"));
    }

    private static Object split(MaintainerAdmin admin, VerbArguments arguments) {
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

    private static Object merge(MaintainerAdmin admin, VerbArguments arguments) {
        String span = arguments.required("span");
        return admin.merge(arguments.changefeed(admin), span, arguments.flag("dry-run"));
    }
}
