package dev.maintainer.node.cli;

import dev.maintainer.runtime.plugin.Schedulers;
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
            paramLabel = "[NAME.]KEY=VALUE",
            description = "a setting of the planner, or of another one by its NAME; may be given several times")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "a directory whose jars are scheduler plug-ins, each with a class loader of its own")
    private @Nullable Path plugins;

    SchedulerMixin() {}

    /** Whether the planner was named, and is not just the default. */
    boolean isNamed() {
        return command.commandLine().getParseResult().hasMatchedOption("--scheduler");
    }

    String scheduler() {
        return scheduler;
    }

    @Nullable
    Path plugins() {
        return plugins;
    }

    /** Finds the schedulers. */
    Schedulers load() {
        return Schedulers.load(plugins, scheduler, configuration());
    }

    /** The settings of the planner, by key. */
    SortedMap<String, String> configuration() {
        SortedMap<String, String> configuration = new TreeMap<>();
        for (String setting : settings) {
            int end = setting.indexOf('=');
            if (end < 1) {
                throw new ParameterException(
                        command.commandLine(),
                        "--scheduler-config '" + setting + "' must look like KEY=VALUE or NAME.KEY=VALUE");
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
