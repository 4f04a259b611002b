package dev.maintainer.node.cli;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.node.run.SchedulerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that runs a scheduler. */
final class SchedulerMixin {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(names = "--scheduler", paramLabel = "NAME", description = "the planner (default: ${DEFAULT-VALUE})")
    private String scheduler = "balance";

    @Option(
            names = "--scheduler-config",
            paramLabel = "KEY=VALUE",
            description = "a setting of the planner; may be given several times")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "a directory whose jars are scheduler plug-ins, each with a class loader of its own")
    private @Nullable Path plugins;

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

    SchedulerMixin() {}

    /** Who plans, as the options say. */
    SchedulerOptions options() {
        return new SchedulerOptions(scheduler, configuration(), plugins, shadow, swaps, labels());
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
        return all;
    }

    private SortedMap<String, String> configuration() {
        SortedMap<String, String> configuration = new TreeMap<>();
        for (String setting : settings) {
            int end = setting.indexOf('=');
            if (end < 1) {
                throw new ParameterException(
                        command.commandLine(), "--scheduler-config '" + setting + "' must look like KEY=VALUE");
            }
            if (configuration.put(setting.substring(0, end), setting.substring(end + 1)) != null) {
                throw new ParameterException(
                        command.commandLine(),
                        "--scheduler-config sets '" + setting.substring(0, end) + "' twice; keep one");
            }
        }
        return Collections.unmodifiableSortedMap(configuration);
    }
}
