package dev.maintainer.process.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoCheck;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.RedoRestore;
import dev.maintainer.connector.files.SinkCheck;
import dev.maintainer.connector.files.claim.Claim;
import dev.maintainer.node.run.StateDifference;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.runtime.journal.JournalReplay;
import dev.maintainer.runtime.journal.ReplayEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must hold in every scenario; the numbers are those of the decision on process tests. */
public final class Checks {
    private static final String EPOCH = "epoch";
    private static final String CHECKPOINT = "checkpointTs";
    private static final Pattern WRONG = Pattern.compile(" ERROR |^\\s+at [\\w.$/]+\\(|Exception in thread");

    private Checks() {}

    /** C1: the tables of the sink are those of the log. */
    public static void sinkEqualsLog(Path sink, Path file) throws IOException {
        FinishedTables tables = SinkCheck.materialise(sink);
        try (ChangeLog log = ChangeLogReader.read(file)) {
            LoggedState wanted = log.stateAt(log.endTs());
            StateDifference difference = StateDifference.between(
                    new TreeSet<>(wanted.names()), wanted::rows, tables.names(), tables::cursor, false);
            assertThat(difference.first()).as("C1: rows that differ").isEmpty();
            assertThat(difference.count()).as("C1: rows that differ").isZero();
        }
    }

    /** C1: nothing that counts in the sink is missing in the redo log, or later than what that has promised. At any time. */
    public static RedoCheck sinkBehindRedo(Path sink) {
        RedoCheck check = RedoCheck.of(sink, RedoLog.of(sink))
                .orElseThrow(() -> new AssertionError("C1: there is no redo log beside " + sink));
        assertThat(check.isGood()).as("C1: %s", check).isTrue();
        return check;
    }

    /** C1: what the redo log promises is the log, at its end and at a moment before. */
    public static void redoEqualsLog(Path sink, Path file, Path restored) throws IOException {
        RedoRestore restore = RedoRestore.from(RedoLog.of(sink));
        try (ChangeLog log = ChangeLogReader.read(file)) {
            assertThat(restore.promisedTs()).as("C1: promised").isGreaterThanOrEqualTo(log.endTs());
            for (long at : new long[] {log.endTs() - (log.endTs() - log.startTs()) / 3, log.endTs()}) {
                FinishedTables tables = restore.restore(at, restored.resolve(Long.toString(at)));
                LoggedState wanted = log.stateAt(at);
                StateDifference difference = StateDifference.between(
                        new TreeSet<>(wanted.names()), wanted::rows, tables.names(), tables::cursor, false);
                assertThat(difference.first())
                        .as("C1: rows of the redo log that differ at %d", at)
                        .isEmpty();
            }
        }
    }

    /**
     * C2: all seals match what they seal, claims are without holes, and none of a lower epoch follows one of a higher that it
     * overlaps.
     */
    public static void claimsInOrder(Path sink) throws IOException {
        assertThat(SinkCheck.of(sink).claims()).as("C2: claims").isPositive();
        SinkClaims.of(sink).forEach((table, claims) -> {
            for (int i = 0; i < claims.size(); i++) {
                for (Claim later : claims.subList(i + 1, claims.size())) {
                    if (claims.get(i).span().overlaps(later.span())) {
                        assertThat(later.epoch())
                                .as(
                                        "C2: claim %d of %s, after claim %d",
                                        later.seq(), table, claims.get(i).seq())
                                .isGreaterThanOrEqualTo(claims.get(i).epoch());
                    }
                }
            }
        });
    }

    /**
     * C3: no checkpoint that anybody was told has fallen. A leader that does not know the owner yet can only tell what was
     * stored last, which is older: that is left out. And if the leader and the owner die together, nobody is left who knows
     * more than that: another owner under another leader begins there, and writes the rest again.
     */
    public static void checkpointsNeverFall(List<Watch.Sample> samples) {
        Watch.Sample highest = null;
        for (Watch.Sample each : samples) {
            if (each.owner().isEmpty()) {
                continue;
            }
            boolean knowsBefore =
                    highest != null && (each.leaderEpoch() == highest.leaderEpoch() || each.epoch() == highest.epoch());
            if (highest != null && knowsBefore) {
                assertThat(each.checkpointTs())
                        .as("C3: checkpoint of %s after %s", each, highest)
                        .isGreaterThanOrEqualTo(highest.checkpointTs());
            }
            highest = each;
        }
    }

    /**
     * C4: an owner that was asked to hand over has sent nothing afterwards but the end of its trigger. One that closes a
     * changefeed for good sends more, so only what is never closed is looked at.
     */
    public static void handoffsClean(Events ofAll, String changefeed) {
        Events events = ofAll.about(changefeed);
        Map<Long, Long> quiescedAt = new HashMap<>();
        for (JsonNode each : events.named("quiesced")) {
            quiescedAt.put(each.path(EPOCH).asLong(), each.path(CHECKPOINT).asLong());
        }
        Map<Long, String> triggers = new HashMap<>();
        for (JsonNode each : events.named("command-after-quiesce")) {
            assertThat(each.path("command").asText()).as("C4: %s", each).isEqualTo("RemoveDispatcher");
            assertThat(each.path("to").asText())
                    .as("C4: the trigger is where the owner is: %s", each)
                    .isEqualTo(each.path("node").asText());
            String dispatcher = each.path("dispatcher").asText();
            String trigger = triggers.computeIfAbsent(each.path(EPOCH).asLong(), first -> dispatcher);
            assertThat(dispatcher).as("C4: the one trigger, in %s", each).isEqualTo(trigger);
        }
        assertThat(events.named("final-status"))
                .as("C4: final checkpoints")
                .allSatisfy(each -> assertThat(each.path(CHECKPOINT).asLong())
                        .isGreaterThanOrEqualTo(
                                quiescedAt.getOrDefault(each.path(EPOCH).asLong(), 0L)));
    }

    /**
     * C5: no node has allowed itself a write when its lease was over, and the leader has removed nobody whose lease was not,
     * but for those that have given it back or whose death is known.
     */
    public static void leasesHeld(Events events) {
        Map<String, Long> deadlines = new HashMap<>();
        for (JsonNode each : events.all()) {
            String name = each.path("event").asText();
            String node = each.path("node").asText();
            if (name.equals("renewing") || name.equals("lost")) {
                assertThat(each.path("lastWrite").asLong())
                        .as("C5: the last write before %s", each)
                        .isLessThanOrEqualTo(deadlines.getOrDefault(node, 0L));
            }
            if (name.equals("renewing")) {
                deadlines.merge(node, each.path("deadline").asLong(), Math::max);
            }
        }
        Set<String> free = new HashSet<>();
        events.named("stopped").stream()
                .filter(each -> each.path("registration").asText().equals("LEFT"))
                .forEach(each -> free.add(each.path("node").asText()));
        events.named("starting")
                .forEach(each -> free.add(each.path("predecessor").asText()));
        for (JsonNode each : events.named("removed")) {
            for (String member : each.path("members").asText().split("[\\[\\], ]+", -1)) {
                if (!member.isEmpty() && !free.contains(member)) {
                    assertThat(each.path("sent").asLong())
                            .as("C5: when %s was removed, after its last deadline, in %s", member, each)
                            .isGreaterThanOrEqualTo(deadlines.getOrDefault(member, 0L));
                }
            }
        }
    }

    /** C6: epochs of leaders and of owners strictly rise, and no epoch has two owners. */
    public static void epochsRise(Events events) {
        long leader = 0;
        for (JsonNode each : events.named("elected")) {
            assertThat(each.path("leaderEpoch").asLong()).as("C6: %s", each).isGreaterThan(leader);
            leader = each.path("leaderEpoch").asLong();
        }
        Map<String, String> owners = new HashMap<>();
        for (JsonNode each : events.named("phase")) {
            String node = each.path("node").asText();
            String former = owners.putIfAbsent(
                    each.path("changefeed").asText() + " " + each.path(EPOCH).asLong(), node);
            assertThat(former == null ? node : former)
                    .as("C6: the owner in %s", each)
                    .isEqualTo(node);
        }
    }

    /** C9: the journal of each process, lived through again, leads to the same, and to a state without contradictions. */
    public static void journalsReplay(List<Member> members) throws IOException {
        long entries = 0;
        for (Member member : members) {
            Path journals = member.directory().resolve("data/journal");
            if (!Files.isDirectory(journals)) {
                continue;
            }
            List<Path> files;
            try (Stream<Path> found = Files.walk(journals)) {
                files = found.filter(each -> each.toString().endsWith(".journal") && isBegun(each))
                        .toList();
            }
            for (Path file : files) {
                JournalReplay replay = JournalReplay.of(file, ReplayEnd.NEVER, (header, step) -> {});
                assertThat(replay.isIdentical())
                        .as("C9: %s diverges: %s", file, replay.divergence())
                        .isTrue();
                assertThat(replay.inconsistencies()).as("C9: %s", file).isEmpty();
                entries += replay.entries();
            }
        }
        assertThat(entries).as("C9: entries of journals").isPositive();
    }

    /** One that was killed at once may have no more than a name. */
    private static boolean isBegun(Path file) {
        return file.toFile().length() > 0;
    }

    /** C8: nothing is logged as an error, and no stack trace, but for lines that match {@code expected}. */
    public static void logsQuiet(List<Member> members, String expected) throws IOException {
        Pattern known = Pattern.compile(expected);
        List<String> wrong = new ArrayList<>();
        for (Member member : members) {
            member.log()
                    .lines()
                    .filter(line ->
                            WRONG.matcher(line).find() && !known.matcher(line).find())
                    .limit(20)
                    .forEach(line -> wrong.add(member.name() + ": " + line));
        }
        assertThat(wrong).as("C8: errors in logs").isEmpty();
    }
}
