package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.maintainer.admin.AdminClient;
import dev.maintainer.admin.AdminDirectory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Unicode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Looks at a running node, and asks it for changes. */
@Command(
        name = "ctl",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = "Looks at a running node ('run --hold', 'run --admin-dir DIR'), and asks it for changes.")
final class CtlCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--admin-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "where the node keeps its address and token")
    private @Nullable Path directory;

    @Option(
            names = "--changefeed",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "which one; needless if there is only one")
    private @Nullable String changefeed;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "the answer of the node as it is, for programs")
    private boolean json;

    @Mixin
    private ClusterAccess access = new ClusterAccess();

    CtlCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a verb; 'ctl --help' lists them");
    }

    // ---- verbs -------------------------------------------------------------------------------------------------

    @Command(name = "changefeeds", description = "all changefeeds and their maintainers")
    int changefeeds() {
        if (ofCluster()) {
            return atCluster(ClusterVerbs::changefeeds);
        }
        return show("changefeeds", false, new TreeMap<>(), (answer, out) -> {
            CtlText.changefeeds(answer, out);
            CtlText.refused(answer, out);
            CtlText.errors(answer, out);
            CtlText.paused(PrintableJson.of(client().ask("placements", false, new TreeMap<>())), out);
        });
    }

    @Command(name = "placements", description = "all changefeeds as the coordinator has placed them, paused ones too")
    int placements() {
        return show("placements", false, new TreeMap<>(), CtlText::placements);
    }

    @Command(name = "pause", description = "lets a changefeed stand still; nothing of it runs, its checkpoint is kept")
    int pause(
            @Parameters(paramLabel = "CHANGEFEED", arity = "0..1", description = "the same as --changefeed") @Nullable
                    String name) {
        String meant = oneChangefeed("pause", name);
        if (ofCluster()) {
            return atCluster(verbs -> verbs.pause(meant, true));
        }
        return show("pause", true, ofChangefeed(meant), CtlText::placements);
    }

    @Command(name = "resume", description = "lets a changefeed go on where it was paused")
    int resume(
            @Parameters(paramLabel = "CHANGEFEED", arity = "0..1", description = "the same as --changefeed") @Nullable
                    String name) {
        String meant = oneChangefeed("resume", name);
        if (ofCluster()) {
            return atCluster(verbs -> verbs.pause(meant, false));
        }
        return show("resume", true, ofChangefeed(meant), CtlText::placements);
    }

    @Command(name = "nodes", description = "all nodes that live")
    int nodes() {
        if (ofCluster()) {
            return atCluster(ClusterVerbs::nodes);
        }
        return show("nodes", false, new TreeMap<>(), CtlText::nodes);
    }

    @Command(name = "spans", description = "the spans of a changefeed, as planners last saw them")
    int spans(
            @Option(names = "--node", paramLabel = "NODE", description = "bound there") @Nullable String node,
            @Option(names = "--table", paramLabel = "TABLE", description = "of this table, by name or number") @Nullable
                    String table,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "in this state: absent, scheduling or replicating")
                    @Nullable
                    String state,
            @Option(names = "--after", paramLabel = "PLACE", description = "behind the end of the last page") @Nullable
                    String after,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "at most so many (default: ${DEFAULT-VALUE})")
                    int limit) {
        SortedMap<String, String> parameters = ofChangefeed();
        put(parameters, "node", node);
        put(parameters, "table", table);
        put(parameters, "state", state);
        put(parameters, "after", after);
        parameters.put("limit", Integer.toString(limit));
        return show("spans", false, parameters, CtlText::spans);
    }

    @Command(name = "operators", description = "what is under way")
    int operators() {
        return show("operators", false, ofChangefeed(), CtlText::operators);
    }

    @Command(name = "scheduler", description = "list, status, set NAME, shadow NAME or shadow --off")
    int scheduler(
            @Parameters(paramLabel = "list|set|shadow|status", description = "what to do") String what,
            @Parameters(paramLabel = "NAME", arity = "0..1", description = "of a scheduler") @Nullable String name,
            @Option(names = "--off", description = "no shadow any more") boolean off) {
        SortedMap<String, String> parameters = ofChangefeed();
        boolean named = name != null;
        if (what.equals("list") && !named) {
            return show("schedulers", false, parameters, CtlText::schedulers);
        }
        if (what.equals("status") && !named) {
            return show("scheduling", false, parameters, CtlText::scheduling);
        }
        if (!named && (what.equals("set") || (what.equals("shadow") && !off))) {
            throw new ParameterException(
                    spec.subcommands().get("scheduler"),
                    "'scheduler " + what
                            + "' needs NAME, that of a scheduler, which is missing; 'ctl scheduler list' lists"
                            + " them" + (what.equals("set") ? "" : ", and 'shadow --off' ends the comparison"));
        }
        put(parameters, "scheduler", name);
        if (what.equals("set") && named) {
            return show("scheduler-set", true, parameters, CtlText::request);
        }
        if (what.equals("shadow") && named != off) {
            return show("scheduler-shadow", true, parameters, CtlText::request);
        }
        throw new ParameterException(
                spec.subcommands().get("scheduler"),
                "'scheduler' takes: list, status, set NAME, shadow NAME or shadow --off; not '" + what + "'"
                        + (named ? " " + name : ""));
    }

    @Command(name = "explain", description = "why a span is where it is")
    int explain(
            @Parameters(paramLabel = "SPAN", description = "a dispatcher or its beginning, or a table") String span) {
        SortedMap<String, String> parameters = ofChangefeed();
        parameters.put("span", span);
        return show("explain", false, parameters, CtlText::explain);
    }

    @Command(name = "why-not", description = "why a span is not on a node")
    int whyNot(
            @Parameters(paramLabel = "SPAN", description = "a dispatcher or its beginning, or a table") String span,
            @Parameters(paramLabel = "NODE", description = "where it is not") String node) {
        SortedMap<String, String> parameters = ofChangefeed();
        parameters.put("span", span);
        parameters.put("node", node);
        return show("why-not", false, parameters, CtlText::whyNot);
    }

    @Command(name = "blame", description = "what holds the checkpoint, and for how long")
    int blame() {
        return show("blame", false, ofChangefeed(), CtlText::blame);
    }

    @Command(name = "barriers", description = "block events that are not over, and whom they wait for")
    int barriers(
            @Parameters(paramLabel = "CHANGEFEED", arity = "0..1", description = "the same as --changefeed") @Nullable
                    String name) {
        return show("barriers", false, ofChangefeed(oneChangefeed("barriers", name)), CtlText::barriers);
    }

    /** Null if none was named. */
    private @Nullable String oneChangefeed(String verb, @Nullable String name) {
        if (name != null && changefeed != null && !name.equals(changefeed)) {
            throw new ParameterException(
                    spec.subcommands().get(verb),
                    "'" + verb + "' takes one changefeed, and there are two: " + name + " and --changefeed "
                            + changefeed);
        }
        return name == null ? changefeed : name;
    }

    @Command(name = "plan", description = "makes a plan and keeps it; starts nothing")
    int plan(
            @Option(
                            names = "--scheduler",
                            paramLabel = "NAME",
                            description = "of this scheduler; default: the present one")
                    @Nullable
                    String scheduler) {
        SortedMap<String, String> parameters = ofChangefeed();
        put(parameters, "scheduler", scheduler);
        return show("plan", true, parameters, CtlText::plan);
    }

    @Command(name = "apply", description = "carries out exactly a plan that was made, or nothing of it")
    int apply(@Parameters(paramLabel = "ID", description = "of the plan") long plan) {
        SortedMap<String, String> parameters = ofChangefeed();
        parameters.put("plan", Long.toString(plan));
        return show("apply", true, parameters, CtlText::request);
    }

    @Command(
            name = "move",
            description =
                    "moves a span, or all parts of a table, to a node; with --address a changefeed, see move-span")
    int move(
            @Parameters(paramLabel = "SPAN", description = "a dispatcher or its beginning, or a table") String span,
            @Parameters(paramLabel = "NODE", description = "where to") String node,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        if (ofCluster()) {
            return atCluster(verbs -> verbs.move(span, node, dryRun));
        }
        return moveSpan(span, node, dryRun);
    }

    @Command(name = "move-span", description = "moves a span, or all parts of a table, to a node")
    int moveSpan(
            @Parameters(paramLabel = "SPAN", description = "a dispatcher or its beginning, or a table") String span,
            @Parameters(paramLabel = "NODE", description = "where to") String node,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        SortedMap<String, String> parameters = decision(span, dryRun);
        parameters.put("node", node);
        return show("move", true, parameters, CtlText::request);
    }

    @Command(name = "split", description = "splits a table, or a part of one")
    int split(
            @Parameters(paramLabel = "SPAN", description = "a dispatcher or its beginning, or a table") String span,
            @Option(names = "--parts", paramLabel = "N", description = "into so many, by what was changed of it lately")
                    @Nullable
                    Integer parts,
            @Option(names = "--at", paramLabel = "KEY", description = "at this key; may be given several times")
                    @Nullable
                    List<String> keys,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        if ((parts != null) == (keys != null) || (parts != null && parts < 2)) {
            throw new ParameterException(
                    spec.subcommands().get("split"),
                    "'split' needs either --parts N, two or more, or --at KEY"
                            + (keys == null ? "" : ", and not both"));
        }
        SortedMap<String, String> parameters = decision(span, dryRun);
        put(parameters, "parts", parts == null ? null : parts.toString());
        put(parameters, "keys", keys == null ? null : AdminClient.list(keys));
        return show("split", true, parameters, CtlText::request);
    }

    @Command(name = "merge", description = "merges the parts of a table, which must be on one node")
    int merge(
            @Parameters(paramLabel = "TABLE", description = "by name or number") String table,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        return show("merge", true, decision(table, dryRun), CtlText::request);
    }

    @Command(
            name = "operator",
            description = {
                "retry, cancel or release an operator that is under way",
                "retry SPAN: sends the command of its operator again, which harms nothing.",
                "cancel SPAN: turns its operator back; the span is then placed as any other.",
                "release SPAN: waits no longer for the node that the operator waits for. If a dispatcher runs there all"
                        + " the same, two write at once."
            })
    int operator(
            @Parameters(paramLabel = "retry|cancel|release", description = "what to do") String what,
            @Parameters(paramLabel = "SPAN", description = "a dispatcher or its beginning, or a table") String span,
            @Option(names = "--dry-run", description = "say what would happen, and do nothing") boolean dryRun) {
        if (!List.of("retry", "cancel", "release").contains(what)) {
            throw new ParameterException(
                    spec.subcommands().get("operator"),
                    "'operator' takes: retry, cancel or release, and a span; not '" + what + "'");
        }
        return show("operator-" + what, true, decision(span, dryRun), CtlText::request);
    }

    @Command(
            name = "barrier",
            description = {
                "retry or skip a block event that the sink has refused",
                "retry EVENT: the sink is asked to execute it again, which harms nothing.",
                "skip EVENT: it counts as executed, and the sink is not asked. Do by hand before what it does, or later"
                        + " rows may not fit."
            })
    int barrier(
            @Parameters(paramLabel = "retry|skip", description = "what to do") String what,
            @Parameters(paramLabel = "EVENT", description = "as 'ctl barriers' shows it, such as ddl@42") String event,
            @Option(names = "--dry-run", description = "say what would happen, and do nothing") boolean dryRun) {
        if (!List.of("retry", "skip").contains(what)) {
            throw new ParameterException(
                    spec.subcommands().get("barrier"),
                    "'barrier' takes: retry or skip, and an event; not '" + what + "'");
        }
        SortedMap<String, String> parameters = ofChangefeed();
        parameters.put("event", event);
        if (dryRun) {
            parameters.put("dry-run", "true");
        }
        return show("barrier-" + what, true, parameters, CtlText::request);
    }

    @Command(name = "drain", description = "empties a node, so that it can be stopped; without NODE: how far that is")
    int drain(
            @Parameters(paramLabel = "NODE", arity = "0..1", description = "to be emptied") @Nullable String node,
            @Option(names = "--cancel", description = "no node any more") boolean cancel) {
        if (ofCluster()) {
            return node == null && !cancel
                    ? atCluster(ClusterVerbs::draining)
                    : atCluster(verbs -> verbs.drain(named(node, "NODE"), cancel));
        }
        if (cancel && node != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'drain --cancel' takes no node: one at most is drained; leave " + node + " out");
        }
        SortedMap<String, String> parameters = new TreeMap<>();
        put(parameters, "node", node);
        String verb = cancel ? "cancel-drain" : node == null ? "draining" : "drain";
        return show(verb, cancel || node != null, parameters, CtlText::request);
    }

    private SortedMap<String, String> decision(String span, boolean dryRun) {
        SortedMap<String, String> parameters = ofChangefeed();
        parameters.put("span", span);
        if (dryRun) {
            parameters.put("dry-run", "true");
        }
        return parameters;
    }

    @Command(name = "snapshot", description = "what planners see, as JSON, for 'plan --snapshot'")
    int snapshot(
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "where to; default: standard output")
                    @Nullable
                    Path output) {
        try {
            if (output == null) {
                out().println(asked("snapshot", false, ofChangefeed()));
            } else {
                save(output);
            }
            return MaintainerCommand.RIGHT;
        } catch (MaintainerException e) {
            return report(e);
        }
    }

    /** A file that is there is whole. */
    private void save(Path output) {
        try {
            Path temporary = output.resolveSibling(output.getFileName() + ".tmp");
            try (OutputStream plain = Files.newOutputStream(temporary);
                    OutputStream file = output.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
                if (ofCluster()) {
                    file.write(
                            asked("snapshot", false, ofChangefeed()).toString().getBytes(StandardCharsets.UTF_8));
                } else {
                    client().copy("snapshot", ofChangefeed(), file);
                }
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(temporary);
                throw e;
            }
            Files.move(temporary, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "cannot write " + output + ": " + FileProblem.ofWriting(output, e) + "; name another file");
        }
    }

    @Command(name = "stop", description = "ends the cluster that is held up; with --address a node")
    int stop(@Parameters(paramLabel = "NODE", arity = "0..1", description = "with --address") @Nullable String node) {
        if (ofCluster()) {
            return atCluster(verbs -> verbs.stop(named(node, "NODE")));
        }
        if (node != null) {
            throw new ParameterException(spec.commandLine(), "'stop' takes a node only with --address");
        }
        return show("stop", true, new TreeMap<>(), CtlText::request);
    }

    // ---- a cluster of processes -------------------------------------------------------------------------------

    @Command(name = "create", description = "with --address: creates a changefeed")
    int create(
            @Parameters(paramLabel = "NAME", description = "of the changefeed") String name,
            @Option(names = "--source", required = true, paramLabel = "SOURCE", description = "where it reads")
                    String source,
            @Option(names = "--sink", required = true, paramLabel = "SINK", description = "where it writes")
                    String sink,
            @Option(names = "--scheduler", paramLabel = "NAME", description = "that places its tables") @Nullable
                    String scheduler,
            @Option(
                            names = "--redo",
                            arity = "0..1",
                            fallbackValue = "true",
                            paramLabel = "files:DIR",
                            description =
                                    "keep a redo log: beside the sink, which is a directory, or in this one, which"
                                            + " all nodes share")
                    @Nullable
                    String redo,
            @Option(names = "--option", paramLabel = "KEY=VALUE", description = "source.KEY or sink.KEY") @Nullable
                    Map<String, String> options,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.put("name", name).put("source", source).put("sink", sink);
        if (scheduler != null) {
            wanted.put("scheduler", scheduler);
        }
        if (redo != null) {
            wanted.set("redo", redo.equals("true") ? BooleanNode.TRUE : TextNode.valueOf(redo));
        }
        return atCluster(verbs -> verbs.create(wanted, options == null ? Map.of() : options, dryRun));
    }

    @Command(name = "show", description = "with --address: a changefeed, and what its owner says of it")
    int showChangefeed(@Parameters(paramLabel = "NAME", description = "of the changefeed") String name) {
        return atCluster(verbs -> verbs.show(name));
    }

    @Command(name = "remove", description = "with --address: removes a changefeed, for good")
    int remove(
            @Parameters(paramLabel = "NAME", description = "of the changefeed") String name,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        return atCluster(verbs -> verbs.remove(name, dryRun));
    }

    @Command(
            name = "cluster",
            description =
                    "with --address: 'cluster finalize' lets all members speak the newest protocol that each of them"
                            + " speaks; nodes of a former release are not admitted any more")
    int cluster(
            @Parameters(paramLabel = "VERB", description = "finalize") String verb,
            @Option(names = "--dry-run", description = "look only") boolean dryRun) {
        if (!verb.equals("finalize")) {
            throw new ParameterException(
                    spec.subcommands().get("cluster"), "'cluster' takes: finalize; not '" + verb + "'");
        }
        return atCluster(verbs -> verbs.finalizeCluster(dryRun));
    }

    private boolean ofCluster() {
        return access.isNamed();
    }

    private int atCluster(Consumer<ClusterVerbs> verb) {
        if (!ofCluster()) {
            throw new ParameterException(spec.commandLine(), "name a node of a cluster with --address HOST:PORT");
        }
        try {
            verb.accept(atCluster());
            return MaintainerCommand.RIGHT;
        } catch (MaintainerException e) {
            return report(e);
        }
    }

    private ClusterVerbs atCluster() {
        return new ClusterVerbs(access.client(), json, out());
    }

    private String named(@Nullable String given, String what) {
        if (given == null) {
            throw new ParameterException(spec.commandLine(), "with --address this needs " + what);
        }
        return given;
    }

    // ---- asking ------------------------------------------------------------------------------------------------

    private SortedMap<String, String> ofChangefeed() {
        return ofChangefeed(changefeed);
    }

    private static SortedMap<String, String> ofChangefeed(@Nullable String name) {
        SortedMap<String, String> parameters = new TreeMap<>();
        put(parameters, "changefeed", name);
        return parameters;
    }

    private static void put(SortedMap<String, String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }

    private AdminClient client() {
        if (ofCluster()) {
            throw new ParameterException(
                    spec.commandLine(), "--address has no placements; 'changefeeds' says where they are");
        }
        return new AdminClient(AdminDirectory.of(directory == null ? AdminDirectory.usual() : directory));
    }

    private int show(
            String verb,
            boolean changes,
            SortedMap<String, String> parameters,
            BiConsumer<JsonNode, PrintWriter> text) {
        parameters.forEach((name, value) -> {
            if (!Unicode.isWellFormed(value)) {
                throw new ParameterException(
                        spec.commandLine(), "the " + name + " given has half a surrogate pair; give whole characters");
            }
        });
        try {
            JsonNode answer = asked(verb, changes, parameters);
            if (json) {
                out().println(answer.toPrettyString());
            } else {
                text.accept(PrintableJson.of(answer), out());
            }
            return MaintainerCommand.RIGHT;
        } catch (MaintainerException e) {
            return report(e);
        }
    }

    private JsonNode asked(String verb, boolean changes, SortedMap<String, String> parameters) {
        return ofCluster() && !verb.equals("placements")
                ? atCluster().owner(verb, changes, parameters)
                : client().ask(verb, changes, parameters);
    }

    private int report(MaintainerException e) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("maintainer: " + e.code().code() + " " + Printable.line(String.valueOf(e.getMessage())));
        return e.code() == ErrorCode.NODE_UNAVAILABLE ? MaintainerCommand.UNREACHABLE : MaintainerCommand.WRONG;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
