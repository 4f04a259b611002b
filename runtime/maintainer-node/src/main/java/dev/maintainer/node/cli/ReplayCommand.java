package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.journal.EffectDigest;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.Replay;
import dev.maintainer.runtime.journal.JournalDirectory;
import dev.maintainer.runtime.journal.JournalReplay;
import dev.maintainer.runtime.journal.ReplayEnd;
import dev.maintainer.runtime.journal.StepFilter;
import dev.maintainer.runtime.journal.StepText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lives through journals again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the maintainers of a journalled run again, on their recorded inputs, and compares what they send.",
            "Exit status 0 if all is identical, 1 if something diverged, 2 if a journal cannot be read or a filter matches"
                    + " nothing."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int MOST_NAMES = 20;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PATH", description = "a journal, or a directory of journals")
    @SuppressWarnings("NullAway.Init")
    private Path path;

    @Option(
            names = "--until",
            paramLabel = "END",
            description =
                    "stop there and show the maintainers: an entry (1234), a time (HH:MM:SS.mmm), or seconds (+1.5)")
    private @Nullable String until;

    @Option(
            names = "--explain",
            description = "one line for each of the last entries, or for all that the filters below let through")
    private boolean explain;

    @Option(names = "--last", paramLabel = "N", description = "how many entries to explain (default: ${DEFAULT-VALUE})")
    private int last = 20;

    @Option(names = "--table", paramLabel = "ID", description = "explain entries that concern this table")
    private @Nullable Long table;

    @Option(names = "--node", paramLabel = "ID", description = "explain entries that concern this node")
    private @Nullable String node;

    @Option(names = "--changefeed", paramLabel = "NAME", description = "explain entries that concern this changefeed")
    private @Nullable String changefeed;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    private final Deque<String> lines = new ArrayDeque<>();

    ReplayCommand() {}

    @Override
    public Integer call() {
        List<Path> files = JournalDirectory.journals(path);
        if (files.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "no journals in " + path + "; name a directory of 'run --journal'");
        }
        PrintWriter out = spec.commandLine().getOut();
        ReplayEnd end = end(files);
        List<JournalReplay> replays = new ArrayList<>();
        List<StepFilter> filters = new ArrayList<>();
        for (Path file : files) {
            StepFilter filter = filter();
            filters.add(filter);
            lines.clear();
            JournalReplay replay = JournalReplay.of(file, end, (header, step) -> explain(header, step, filter, out));
            replays.add(replay);
            if (!json) {
                lines.forEach(line -> out.println(Printable.line(line)));
                print(replay, out);
            }
        }
        long combined = 0;
        for (JournalReplay replay : replays) {
            combined = EffectDigest.chain(combined, 1, replay.hash());
        }
        boolean identical = replays.stream().allMatch(JournalReplay::isIdentical);
        if (json) {
            out.println(toJson(replays, combined, identical).toPrettyString());
        } else {
            long entries = replays.stream().mapToLong(JournalReplay::entries).sum();
            out.println((identical ? "identical: " : "DIVERGED: ") + replays.size() + " journals, " + entries
                    + " entries, hash " + hex(combined));
        }
        out.flush();
        if (json) {
            return identical ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
        }
        return told(filters, identical);
    }

    /** Nothing that was told is no answer for somebody who has mistyped a name. */
    private int told(List<StepFilter> filters, boolean identical) {
        String stray = stray(filters);
        if (stray == null) {
            return identical ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
        }
        MaintainerException refusal = new MaintainerException(ErrorCode.BAD_CONFIGURATION, stray);
        if (identical) {
            throw refusal;
        }
        spec.commandLine().getErr().println("maintainer: " + refusal.code().code() + " " + Printable.line(stray));
        return MaintainerCommand.WRONG;
    }

    /** What no entry up to the end concerns, with what there is; null if there is nothing of the kind. */
    private @Nullable String stray(List<StepFilter> filters) {
        SortedSet<String> nodes = new TreeSet<>();
        SortedSet<String> changefeeds = new TreeSet<>();
        for (StepFilter filter : filters) {
            filter.knownNodes().forEach(each -> nodes.add(each.value()));
            filter.knownChangefeeds().forEach(each -> changefeeds.add(each.toString()));
        }
        if (node != null && !nodes.contains(node)) {
            return unknown("--node", node, nodes);
        }
        if (changefeed != null && !changefeeds.contains(changefeed)) {
            return unknown("--changefeed", changefeed, changefeeds);
        }
        if (table != null && filters.stream().noneMatch(StepFilter::isTableKnown)) {
            return "no entry concerns --table " + table + "; it is the number of a table, which 'ctl spans' shows";
        }
        return filters.stream().noneMatch(StepFilter::hasPassed)
                        && !filters.get(0).isOpen()
                ? "each of the filters matches entries, and no entry matches all of them; leave one out"
                : null;
    }

    private static String unknown(String option, String name, SortedSet<String> known) {
        return "no entry concerns " + option + " '" + name + "'" + NearestName.question(name, known) + "; there "
                + (known.isEmpty()
                        ? "is none"
                        : "are " + known.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                                + (known.size() > MOST_NAMES ? " and " + (known.size() - MOST_NAMES) + " more" : ""));
    }

    private ReplayEnd end(List<Path> files) {
        if (until == null) {
            return ReplayEnd.NEVER;
        }
        long first = files.stream()
                .mapToLong(file -> JournalReplay.header(file).startWallMillis())
                .min()
                .orElseThrow();
        return ReplayEnd.parse(until, first);
    }

    private StepFilter filter() {
        try {
            return new StepFilter(
                    node == null ? null : new NodeId(node),
                    changefeed == null ? null : ChangefeedId.parse(changefeed),
                    table == null ? null : new TableId(table));
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, e.getMessage() + "; correct the filter", e);
        }
    }

    private void explain(JournalHeader header, Replay.Step step, StepFilter filter, PrintWriter out) {
        if (json || !(explain || !filter.isOpen()) || !filter.passes(step)) {
            return;
        }
        String line = header.node() + " " + StepText.line(header, step);
        if (!filter.isOpen()) {
            out.println(Printable.line(line));
            return;
        }
        lines.add(line);
        if (lines.size() > last) {
            lines.remove();
        }
    }

    private void print(JournalReplay replay, PrintWriter out) {
        JournalHeader header = replay.header();
        out.println(header.node() + ": " + replay.entries() + " entries to "
                + StepText.time(header, replay.lastMillis()) + ", " + replay.effects() + " effects, hash "
                + hex(replay.hash()) + ": " + (replay.isIdentical() ? "identical" : "DIVERGED"));
        Replay.Step divergence = replay.divergence();
        if (divergence != null) {
            StepText.difference(header, divergence).forEach(line -> out.println("  " + Printable.line(line)));
        }
        if (replay.ending() != null && !replay.whole()) {
            out.println("  the journal ends early: " + replay.ending());
        }
        replay.inconsistencies().forEach(each -> out.println("  INCONSISTENT: " + each));
        if (until != null || divergence != null) {
            printState(replay, out);
        }
    }

    private static void printState(JournalReplay replay, PrintWriter out) {
        if (replay.maintainers().isEmpty()) {
            out.println("  no maintainer is hosted here");
        }
        for (MaintainerView view : replay.maintainers()) {
            out.println("  " + view.changefeed() + " epoch " + view.epoch() + " " + view.phase() + ": checkpoint "
                    + view.checkpointTs() + " held by " + view.checkpointHeldBy() + ", resolved " + view.resolvedTs()
                    + ", " + view.spans() + " spans, " + view.absent() + " absent, " + view.operatorsInFlight()
                    + " operators in flight, dispatchers " + view.dispatchersByNode());
            out.println("    messages so far " + view.dispositions());
        }
    }

    private static ObjectNode toJson(List<JournalReplay> replays, long combined, boolean identical) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("identical", identical).put("hash", hex(combined));
        ArrayNode array = root.putArray("journals");
        for (JournalReplay replay : replays) {
            ObjectNode each = array.addObject()
                    .put("node", replay.header().node().value())
                    .put("entries", replay.entries())
                    .put("effects", replay.effects())
                    .put("hash", hex(replay.hash()))
                    .put("identical", replay.isIdentical())
                    .put("whole", replay.whole())
                    .put("ending", replay.ending());
            ArrayNode inconsistencies = each.putArray("inconsistencies");
            replay.inconsistencies().forEach(inconsistency -> inconsistencies.add(inconsistency.toString()));
            Replay.Step divergence = replay.divergence();
            if (divergence != null) {
                each.put("divergedAt", divergence.recorded().number());
                ArrayNode words = each.putArray("divergence");
                StepText.difference(replay.header(), divergence).forEach(words::add);
            }
        }
        return root;
    }

    private static String hex(long hash) {
        return String.format(Locale.ROOT, "%016x", hash);
    }
}
