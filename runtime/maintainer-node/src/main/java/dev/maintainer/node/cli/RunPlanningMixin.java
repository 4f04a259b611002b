package dev.maintainer.node.cli;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.scheduling.planner.NodeLabels;
import dev.maintainer.node.run.SchedulerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a run does about its planning besides having a scheduler. */
final class RunPlanningMixin {
    private static final String SPLIT_SETTING = "split-bytes-per-second";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--shadow",
            paramLabel = "NAME",
            description = "a planner whose plans are compared with the other's and not carried out")
    private @Nullable String shadow;

    @Option(
            names = "--swap",
            paramLabel = "NAME",
            split = ",",
            description = "planners that take over on the way, in this order")
    private List<String> swaps = new ArrayList<>();

    @Option(
            names = "--label",
            paramLabel = "NODE:KEY=VALUE",
            description = "what planners may know about a node, such as n1:zone=a or n1:weight=2; may be given several"
                    + " times")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--split-threshold",
            paramLabel = "BYTES",
            description = "tables that change by more bytes per second than this are split, and merged when they change"
                    + " by less than half of it; the planner is then balance-splits")
    private @Nullable Long splitThreshold;

    RunPlanningMixin() {}

    /** Who plans, as the options say. */
    SchedulerOptions options(SchedulerMixin scheduler) {
        if (splitThreshold == null) {
            return new SchedulerOptions(
                    scheduler.scheduler(), scheduler.configuration(), scheduler.plugins(), shadow, swaps, labels());
        }
        if (splitThreshold < 1) {
            throw new ParameterException(
                    command.commandLine(), "--split-threshold " + splitThreshold + " must be 1 or more");
        }
        if (scheduler.isNamed() && !scheduler.scheduler().equals(SchedulerOptions.SPLITTING)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--split-threshold needs the planner " + SchedulerOptions.SPLITTING + ", and --scheduler names "
                            + scheduler.scheduler() + "; leave one of them out");
        }
        SortedMap<String, String> configuration = new TreeMap<>(scheduler.configuration());
        for (String spelling : List.of(SPLIT_SETTING, SchedulerOptions.SPLITTING + "." + SPLIT_SETTING)) {
            if (configuration.containsKey(spelling)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--split-threshold and --scheduler-config " + spelling + " are the same setting; keep one");
            }
        }
        configuration.put(SPLIT_SETTING, String.valueOf(splitThreshold));
        return new SchedulerOptions(
                SchedulerOptions.SPLITTING, configuration, scheduler.plugins(), shadow, swaps, labels());
    }

    private SortedMap<NodeId, SortedMap<String, String>> labels() {
        SortedMap<NodeId, SortedMap<String, String>> all = new TreeMap<>();
        for (String label : labels) {
            int colon = label.indexOf(':');
            int equals = label.indexOf('=', colon + 1);
            if (colon < 1 || equals < colon + 2) {
                throw new ParameterException(
                        command.commandLine(), "--label '" + label + "' must look like NODE:KEY=VALUE");
            }
            all.computeIfAbsent(new NodeId(label.substring(0, colon)), node -> new TreeMap<>())
                    .put(label.substring(colon + 1, equals), label.substring(equals + 1));
        }
        all.forEach((node, given) -> NodeLabels.complaint(given).ifPresent(complaint -> {
            throw new ParameterException(command.commandLine(), "--label: node " + node + " " + complaint);
        }));
        return all;
    }
}
