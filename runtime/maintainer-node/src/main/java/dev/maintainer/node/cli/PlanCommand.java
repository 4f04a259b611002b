package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.plugin.Schedulers;
import dev.maintainer.node.whatif.ClusterPicture;
import dev.maintainer.node.whatif.SnapshotFile;
import dev.maintainer.node.whatif.WhatIf;
import dev.maintainer.node.whatif.WhatIfEvent;
import dev.maintainer.node.whatif.WhatIfPicture;
import dev.maintainer.node.whatif.WhatIfResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a scheduler would do with a cluster. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "What would a scheduler do? Plans for a snapshot of a running changefeed ('ctl snapshot -o FILE') until it has",
            "nothing to do, and starts nothing. Exit status: 0 it settles, 1 it does not or its plans are wrong."
        })
final class PlanCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--snapshot",
            required = true,
            paramLabel = "FILE",
            description = "of 'ctl snapshot'; .json or .json.gz")
    @SuppressWarnings("NullAway.Init")
    private Path snapshot;

    @Mixin
    private SchedulerMixin scheduler = new SchedulerMixin();

    @Option(names = "--compare", paramLabel = "NAME", description = "another scheduler, with the same events")
    private @Nullable String compare;

    @Option(
            names = "--event",
            paramLabel = "EVENT",
            split = ",",
            description = "what happens before: " + WhatIfEvent.SYNTAX + "; may be given several times")
    private List<String> events = new ArrayList<>();

    @Option(names = "--rounds", paramLabel = "N", description = "gives up after so many (default: ${DEFAULT-VALUE})")
    private int rounds = 10_000;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result for programs")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with the loads before and after")
    private @Nullable Path html;

    PlanCommand() {}

    @Override
    public Integer call() {
        Schedulers schedulers = scheduler.load();
        List<WhatIfEvent> parsed = events.stream().map(WhatIfEvent::parse).toList();
        ClusterPicture picture = SnapshotFile.read(snapshot);
        List<WhatIfResult> results = new ArrayList<>();
        results.add(settle(picture, parsed, schedulers.chosen(), schedulers));
        if (compare != null) {
            results.add(settle(picture, parsed, compare, schedulers));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(snapshot + ": " + picture.spans().size() + " spans of " + picture.changefeed() + " on "
                + picture.nodes().size() + " nodes" + (events.isEmpty() ? "" : "; then " + String.join(", ", events)));
        results.forEach(result -> print(result, out));
        out.flush();
        if (json != null) {
            write(json, toJson(results).toPrettyString() + "\n");
        }
        if (html != null) {
            write(
                    html,
                    WhatIfPicture.html(
                            "What if: " + snapshot.getFileName() + " " + String.join(", ", events), results));
        }
        return results.get(0).settled() ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
    }

    private WhatIfResult settle(
            ClusterPicture picture, List<WhatIfEvent> happening, String name, Schedulers schedulers) {
        WhatIf cluster = new WhatIf(picture);
        happening.forEach(cluster::happens);
        return cluster.settle(name, schedulers::create, rounds);
    }

    private static void print(WhatIfResult result, PrintWriter out) {
        out.println(result.scheduler() + (result.settled() ? " settles in " : " does NOT settle in ") + result.rounds()
                + " rounds: " + result.places() + " placed, " + result.moves() + " moved"
                + (result.absent() == 0 ? "" : ", " + result.absent() + " spans stay absent"));
        if (result.problem() != null) {
            out.println("  " + result.problem());
        }
        out.println("  last: " + result.lastReason());
        out.println(String.format(
                Locale.ROOT,
                "  spread %d -> %d spans, variation %.4f -> %.4f; planner %.1f ms per round, at most %.1f ms",
                WhatIfResult.spread(result.before()),
                WhatIfResult.spread(result.after()),
                WhatIfResult.variation(result.before()),
                WhatIfResult.variation(result.after()),
                result.medianMicros() / 1000.0,
                result.worstMicros() / 1000.0));
        result.after().entrySet().stream().limit(20).forEach(node -> {
            WhatIfResult.NodeLoad before = result.before().get(node.getKey());
            out.println("  " + node.getKey() + ": " + (before == null ? 0 : before.spans()) + " -> "
                    + node.getValue().spans() + (node.getValue().eligible() ? "" : " (drains)"));
        });
        if (result.after().size() > 20) {
            out.println("  and " + (result.after().size() - 20) + " more nodes; --html shows them");
        }
    }

    private static ObjectNode toJson(List<WhatIfResult> results) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("format", 1);
        ArrayNode all = root.putArray("results");
        for (WhatIfResult result : results) {
            ObjectNode node = all.addObject();
            node.put("scheduler", result.scheduler())
                    .put("settled", result.settled())
                    .put("problem", result.problem());
            node.put("rounds", result.rounds()).put("places", result.places()).put("moves", result.moves());
            node.put("absent", result.absent()).put("lastReason", result.lastReason());
            node.put("spreadBefore", WhatIfResult.spread(result.before()));
            node.put("spreadAfter", WhatIfResult.spread(result.after()));
            node.put("variationBefore", WhatIfResult.variation(result.before()));
            node.put("variationAfter", WhatIfResult.variation(result.after()));
            node.put("medianMicros", result.medianMicros()).put("worstMicros", result.worstMicros());
            ArrayNode moves = node.putArray("movesPerRound");
            result.movesPerRound().forEach(moves::add);
            ObjectNode before = node.putObject("before");
            result.before().forEach((id, load) -> before.put(id.value(), load.spans()));
            ObjectNode after = node.putObject("after");
            result.after().forEach((id, load) -> after.put(id.value(), load.spans()));
        }
        return root;
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "cannot write " + file + ": " + e + "; name another", e);
        }
    }
}
