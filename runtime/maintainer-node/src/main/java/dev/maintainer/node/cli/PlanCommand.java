package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.runtime.plugin.Deadline;
import dev.maintainer.runtime.plugin.Schedulers;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.whatif.ClusterSnapshot;
import dev.maintainer.whatif.SnapshotFile;
import dev.maintainer.whatif.WhatIf;
import dev.maintainer.whatif.WhatIfEvent;
import dev.maintainer.whatif.WhatIfJson;
import dev.maintainer.whatif.WhatIfResult;
import dev.maintainer.whatif.WhatIfSnapshot;
import dev.maintainer.whatif.WhatIfText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what a scheduler would do with a cluster. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what a scheduler would do with a snapshot of a running changefeed, and starts nothing.",
            "The snapshot is of 'ctl snapshot -o FILE'; plans are made until there is nothing to do.",
            "Exit status: 0 it settles, 1 it does not or a plan is refused, 2 the snapshot, an event or an option cannot"
                    + " be used."
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
    private int rounds = 1_000;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result for programs")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with the loads before and after")
    private @Nullable Path html;

    PlanCommand() {}

    @Override
    public Integer call() {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds must be at least 1, and is " + rounds);
        }
        Schedulers schedulers = scheduler.load();
        if (compare != null) {
            // Whoever mistypes a name hears it before a million spans are read.
            schedulers.create(compare);
        }
        List<WhatIfEvent> parsed = events.stream().map(WhatIfEvent::parse).toList();
        ClusterSnapshot picture = SnapshotFile.read(snapshot);
        refuseWithoutNames(picture, schedulers, schedulers.chosen());
        if (compare != null) {
            refuseWithoutNames(picture, schedulers, compare);
        }
        List<WhatIfResult> results = new ArrayList<>();
        results.add(settle(picture, parsed, schedulers.chosen(), schedulers));
        if (compare != null) {
            results.add(settle(picture, parsed, compare, schedulers));
        }
        String name = String.valueOf(snapshot.getFileName());
        PrintWriter out = spec.commandLine().getOut();
        out.print(WhatIfText.of(name, picture, events, results));
        out.flush();
        if (json != null) {
            write(json, WhatIfJson.of(name, picture, events, results).toPrettyString() + "\n");
        }
        if (html != null) {
            write(html, WhatIfSnapshot.html("What if: " + picture.changefeed() + ", " + name, events, results));
        }
        return results.stream().allMatch(WhatIfResult::settled) ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
    }

    /** A host refuses a planner whose needs it cannot meet; a file may be from a release that had no names. */
    private void refuseWithoutNames(ClusterSnapshot picture, Schedulers schedulers, String name) {
        boolean needed = schedulers.catalog().descriptors().stream()
                .anyMatch(descriptor ->
                        descriptor.name().equals(name) && descriptor.needs().contains(SnapshotFeature.TABLE_NAMES));
        boolean there = picture.spans().isEmpty()
                || picture.spans().stream().anyMatch(span -> span.name().isKnown());
        if (needed && !there) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "snapshot " + snapshot + " has no names of tables, and scheduler '" + name + "' needs "
                            + SnapshotFeature.TABLE_NAMES + "; make a new one with 'maintainer ctl snapshot -o FILE'");
        }
    }

    private WhatIfResult settle(
            ClusterSnapshot picture, List<WhatIfEvent> happening, String name, Schedulers schedulers) {
        WhatIf cluster = new WhatIf(picture);
        happening.forEach(cluster::happens);
        return cluster.settle(name, schedulers, rounds, System::nanoTime, PlanCommand::await);
    }

    /** Leaves a planner alone whose time is over, on a thread that ends with the process. */
    static PlanAnswer await(String what, Duration limit, Supplier<PlanAnswer> planning) throws TimeoutException {
        try {
            return new Deadline(limit).call(what, planning);
        } catch (Deadline.PassedException e) {
            TimeoutException passed = new TimeoutException(e.getMessage());
            passed.initCause(e);
            throw passed;
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "cannot write " + file + ": " + FileProblem.ofWriting(file, e) + "; name another",
                    e);
        }
    }
}
