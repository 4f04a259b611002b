package dev.maintainer.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.RecordedInput;
import dev.maintainer.core.journal.Replay;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
    private static final NodeId NODE = new NodeId("n1");
    private static final NodeId COORDINATOR = new NodeId("c");
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final long START = 5_000;
    private static final long UNLIMITED = 1L << 40;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final List<Message> sent = new ArrayList<>();

    private JournalDirectory directory(long limit) {
        return JournalDirectory.create(temporary.resolve("journals"), limit, "basic", new TreeMap<>(), "test");
    }

    private Path file() {
        return temporary.resolve("journals").resolve("n1.journal");
    }

    private JournaledHost host(HostJournal journal) {
        SchedulerCatalog catalog = SchedulerCatalog.discover(JournalFileTest.class.getClassLoader());
        return new JournaledHost(
                NODE,
                (to, message) -> {
                    sent.add(message);
                    return Transport.SendResult.ENQUEUED;
                },
                (changefeed, ts) -> {},
                "basic",
                new QueuedPlanning(name -> catalog.create(name, new TreeMap<>())),
                MaintainerConfig.defaults(),
                MaintainerObserver.none(),
                journal);
    }

    /** Three inputs, then ticks; a maintainer that asks in vain. */
    private static void live(JournaledHost host, int ticks) {
        host.handle(new HostInput.MembershipChanged(Membership.of(1, List.of(NODE, new NodeId("n2")))), START);
        host.handle(new HostInput.RequestReceived(COORDINATOR, new CoordinatorRequest.CoordinatorBootstrap(1)), START);
        host.handle(
                new HostInput.RequestReceived(
                        COORDINATOR,
                        new CoordinatorRequest.AddMaintainer(
                                FEED, new MaintainerEpoch(1), 10, HandoffManifest.EMPTY, 0)),
                START);
        for (int i = 1; i <= ticks; i++) {
            host.handle(new HostInput.Tick(), START + 50L * i);
        }
    }

    private JournalSummary written(int ticks, long limit) {
        JournalDirectory directory = directory(limit);
        HostJournal journal = directory.open(NODE, MaintainerConfig.defaults(), START);
        live(host(journal), ticks);
        journal.close();
        return directory.summaries().get(0);
    }

    private JournalReplay replay() {
        return JournalReplay.of(file(), ReplayEnd.NEVER, (header, step) -> {});
    }

    @Test
    @DisplayName("what was written replays to the identical stream: entries, effects and hash")
    void identical() throws IOException {
        JournalSummary summary = written(100, UNLIMITED);
        assertThat(summary.problem()).isNull();
        assertThat(summary.bytes()).isEqualTo(Files.size(file()));
        JournalReplay replay = replay();
        assertThat(replay.isIdentical()).isTrue();
        assertThat(replay.whole()).isTrue();
        assertThat(replay.ending()).isEqualTo("closed");
        assertThat(replay.entries()).isEqualTo(summary.entries()).isEqualTo(103);
        assertThat(replay.effects()).isEqualTo(summary.effects()).isEqualTo(sent.size());
        assertThat(replay.hash()).isEqualTo(summary.hash()).isNotZero();
        assertThat(replay.header().scheduler()).isEqualTo("basic");
        assertThat(replay.maintainers())
                .singleElement()
                .satisfies(view -> assertThat(view.checkpointHeldBy()).contains("bootstrap, waits for"));
    }

    @Test
    @DisplayName("a journal of another life diverges, and the first difference is told in words")
    void diverges() {
        HostJournal journal = directory(UNLIMITED).open(NODE, MaintainerConfig.defaults(), START);
        JournaledHost host = host(journal);
        // The second host knows nothing of the leader that the journal has heard of through the first.
        live(host, 3);
        host(journal)
                .handle(
                        new HostInput.RequestReceived(
                                COORDINATOR,
                                new CoordinatorRequest.AcknowledgeFinalStatus(FEED, new MaintainerEpoch(9))),
                        START + 200);
        journal.close();
        JournalReplay replay = replay();
        Replay.Step divergence = Objects.requireNonNull(replay.divergence());
        assertThat(replay.isIdentical()).isFalse();
        assertThat(StepText.difference(replay.header(), divergence))
                .satisfies(lines -> assertThat(lines.get(0)).contains("entry 7").contains("AcknowledgeFinalStatus"))
                .satisfies(lines -> assertThat(lines.get(1)).contains("recorded: stale, 0 effects"))
                .satisfies(lines -> assertThat(lines.get(2)).contains("replayed: duplicate, 0 effects"));
    }

    @Test
    @DisplayName("a torn journal: the rest replays, and the tear is told")
    void torn() throws IOException {
        written(100, UNLIMITED);
        byte[] bytes = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(bytes, bytes.length - 40));
        JournalReplay replay = replay();
        assertThat(replay.isIdentical()).isTrue();
        assertThat(replay.whole()).isFalse();
        assertThat(replay.ending()).startsWith("torn: the last ");
        assertThat(replay.entries()).isBetween(50L, 102L);
    }

    @Test
    @DisplayName("a journal whose writer died at a frame's end has no last word")
    void noLastWord() {
        HostJournal journal = directory(UNLIMITED).open(NODE, MaintainerConfig.defaults(), START);
        live(host(journal), 6);
        JournalReplay replay = replay();
        assertThat(replay.isIdentical()).isTrue();
        assertThat(replay.ending()).startsWith("no last word");
        assertThat(replay.entries()).isEqualTo(8);
        journal.close();
    }

    @Test
    @DisplayName("whatever byte is damaged: entries before it replay, or the file is refused with a typed error")
    void damaged() throws IOException {
        written(60, UNLIMITED);
        byte[] bytes = Files.readAllBytes(file());
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 300; i++) {
            byte[] broken = bytes.clone();
            broken[random.nextInt(broken.length)] ^= (byte) random.nextInt(1, 256);
            Files.write(file(), broken);
            try {
                JournalReplay replay = replay();
                assertThat(replay.isIdentical()).isTrue();
                assertThat(replay.whole()).isFalse();
            } catch (MaintainerException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT);
                assertThat(e).hasMessageContaining("cannot read journal");
            }
        }
    }

    @Test
    @DisplayName("at its limit a journal ends and says so; what it has replays, and the host goes on")
    void limit() throws IOException {
        JournalSummary summary = written(20_000, 8_192);
        assertThat(summary.problem()).contains("limit of 8192 bytes").contains("--journal-limit");
        assertThat(Files.size(file())).isLessThanOrEqualTo(8_192);
        JournalReplay replay = replay();
        assertThat(replay.isIdentical()).isTrue();
        assertThat(replay.entries()).isEqualTo(summary.entries()).isLessThan(20_000);
        assertThat(replay.ending()).contains("limit");
        assertThat(replay.whole()).isFalse();
        assertThat(sent).hasSizeGreaterThan(2_000);
    }

    @Test
    @DisplayName("JournalDoesNotStopTheRun: a disk that is full ends the journal, and the host goes on")
    void diskFull() {
        JournalDirectory directory = directory(UNLIMITED);
        HostJournal model = directory.open(NODE, MaintainerConfig.defaults(), START);
        model.close();
        HostJournal journal = new HostJournal(JournalReplay.header(file()), UNLIMITED, () -> new OutputStream() {
            private int left = 1_000;

            @Override
            public void write(int b) throws IOException {
                if (--left < 0) {
                    throw new IOException("No space left on device");
                }
            }
        });
        live(host(journal), 4_000);
        journal.close();
        assertThat(journal.isOpen()).isFalse();
        assertThat(journal.summary().problem()).contains("No space left on device");
        assertThat(sent).hasSizeGreaterThan(500);
    }

    @Test
    @DisplayName("JournalDoesNotStopTheRun: a file that cannot be made, or has vanished, is told in the summary")
    void vanished() throws IOException {
        JournalDirectory directory = directory(UNLIMITED);
        Files.createDirectory(file());
        HostJournal journal = directory.open(NODE, MaintainerConfig.defaults(), START);
        assertThat(journal.isOpen()).isFalse();
        live(host(journal), 10);
        journal.close();
        Files.delete(file());
        NodeId other = new NodeId("n2");
        HostJournal second = directory.open(other, MaintainerConfig.defaults(), START);
        Files.delete(temporary.resolve("journals").resolve("n2.journal"));
        second.close();
        assertThat(directory.summaries()).hasSize(2);
        assertThat(directory.summaries().get(0).problem()).contains("FileAlreadyExists");
        assertThat(directory.summaries().get(1).problem()).contains("has vanished");
    }

    @Test
    @DisplayName("a directory with journals is refused: a journal is never overwritten")
    void notOverwritten() {
        written(1, UNLIMITED);
        assertThatThrownBy(() -> directory(UNLIMITED))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("earlier run");
    }

    @Test
    @DisplayName("a file that is no journal is refused")
    void noJournal() throws IOException {
        Path text = Files.writeString(temporary.resolve("text"), "hello, this is no journal at all");
        Path empty = Files.createFile(temporary.resolve("empty"));
        for (Path each : List.of(text, empty)) {
            assertThatThrownBy(() -> JournalReplay.header(each))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining("does not begin as a journal");
        }
    }

    @Test
    @DisplayName("an end is an entry, a number of seconds, or a time of day, and stops there")
    void until() {
        written(100, UNLIMITED);
        long wall = JournalReplay.header(file()).startWallMillis();
        assertThat(JournalReplay.of(file(), ReplayEnd.parse("50", wall), (header, step) -> {})
                        .entries())
                .isEqualTo(50);
        assertThat(JournalReplay.of(file(), ReplayEnd.parse("+1.001", wall), (header, step) -> {})
                        .entries())
                .isEqualTo(23);
        String time = StepText.time(JournalReplay.header(file()), START + 2_000);
        JournalReplay stopped = JournalReplay.of(file(), ReplayEnd.parse(time, wall), (header, step) -> {});
        assertThat(stopped.entries()).isEqualTo(43);
        assertThat(stopped.ending()).isNull();
        for (String bad : List.of("soon", "+x", "25:00:00", "")) {
            assertThatThrownBy(() -> ReplayEnd.parse(bad, wall))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining("--until " + bad);
        }
    }

    @Test
    @DisplayName("a codec that reads a journal knows all that a host can take in")
    void decoded() {
        written(3, UNLIMITED);
        try (JournalFile journal = new JournalFile(file(), new RecordCodec())) {
            assertThat(journal.next())
                    .extracting(RecordedInput::input)
                    .hasSize(6)
                    .endsWith(new HostInput.Tick());
        }
    }
}
