package dev.maintainer.whatif;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.whatif.Loads.NodeLoad;
import dev.maintainer.whatif.WhatIfResult.Cycle;
import dev.maintainer.whatif.WhatIfResult.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results for programs. */
public final class WhatIfJson {
    /** Rises when a field goes or changes its meaning. */
    public static final int FORMAT = 1;

    private WhatIfJson() {}

    /**
     * One object for all results.
     *
     * @param name of the snapshot
     * @param events as they were written
     */
    public static ObjectNode of(String name, ClusterSnapshot picture, List<String> events, List<WhatIfResult> results) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("format", FORMAT);
        root.put("snapshot", name)
                .put("changefeed", picture.changefeed())
                .put("spans", picture.spans().size())
                .put("nodes", picture.nodes().size());
        ArrayNode happened = root.putArray("events");
        events.forEach(happened::add);
        ArrayNode all = root.putArray("results");
        results.forEach(result -> put(result, all.addObject()));
        return root;
    }

    private static void put(WhatIfResult result, ObjectNode node) {
        node.put("scheduler", result.scheduler()).put("settled", result.settled());
        put(result.problem(), node);
        node.put("rounds", result.rounds())
                .put("places", result.places())
                .put("moves", result.moves())
                .put("movedByCore", result.movedByCore())
                .put("cut", result.cut())
                .put("absent", result.absent())
                .put("lastReason", result.lastReason());
        ArrayNode left = node.putArray("left");
        result.left().forEach(left::add);
        put(result.snapshot(), node.putObject("snapshot"));
        put(result.before(), node.putObject("before"));
        put(result.after(), node.putObject("after"));
        ArrayNode groups = node.putArray("groups");
        result.groups().forEach(group -> {
            ObjectNode each = groups.addObject();
            each.put("group", group.group().toString()).put("spans", group.spans());
            each.put("spreadBefore", group.before().spread())
                    .put("spreadAfter", group.after().spread());
            each.put("variationBefore", group.before().variation())
                    .put("variationAfter", group.after().variation());
        });
        ArrayNode moves = node.putArray("movesPerRound");
        result.movesPerRound().forEach(moves::add);
        node.put("medianMicros", result.medianMicros()).put("worstMicros", result.worstMicros());
        ArrayNode micros = node.putArray("micros");
        result.micros().forEach(micros::add);
    }

    private static void put(@Nullable Problem problem, ObjectNode node) {
        if (problem == null) {
            node.putNull("problem");
            return;
        }
        ObjectNode each = node.putObject("problem");
        each.put("message", problem.message()).put("advice", problem.advice());
        Cycle cycle = problem.cycle();
        if (cycle == null) {
            each.putNull("cycle");
        } else {
            ObjectNode circle = each.putObject("cycle");
            circle.put("from", cycle.from()).put("to", cycle.to()).put("moves", cycle.moves());
            ArrayNode example = circle.putArray("example");
            cycle.example().forEach(example::add);
        }
        ArrayNode violations = each.putArray("violations");
        problem.violations()
                .forEach(violation -> violations
                        .addObject()
                        .put("rule", violation.rule().name())
                        .put("decision", violation.decision())
                        .put("message", violation.message()));
    }

    private static void put(Loads loads, ObjectNode node) {
        node.put("spread", loads.spread()).put("variation", loads.variation());
        ArrayNode nodes = node.putArray("nodes");
        loads.byNode().forEach((id, load) -> put(id.value(), load, nodes.addObject()));
    }

    private static void put(String id, NodeLoad load, ObjectNode node) {
        node.put("id", id)
                .put("spans", load.spans())
                .put("eligible", load.eligible())
                .put("weight", load.weight());
    }
}
