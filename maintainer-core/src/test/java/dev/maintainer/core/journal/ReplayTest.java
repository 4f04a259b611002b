package dev.maintainer.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
    private static List<RecordedInput> decoded(List<byte[]> portions, RecordCodec codec) {
        JournalDecoder decoder = new JournalDecoder(codec);
        List<RecordedInput> entries = new ArrayList<>();
        for (int i = 0; i < portions.size(); i++) {
            byte[] portion = portions.get(i);
            if (i == 0) {
                assertThat(decoder.header(portion, portion.length)).isEqualTo(JournalledLife.HEADER);
            } else {
                entries.addAll(decoder.entries(portion, portion.length));
            }
        }
        return entries;
    }

    private static Replay replay(RecordCodec codec) {
        return new Replay(JournalledLife.HEADER, codec);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("a life with deaths, nonsense and a handoff, lived through again, sends the identical stream")
    void identical(long seed) throws ReflectiveOperationException {
        JournalledLife life = new JournalledLife(seed);
        RecordCodec codec = new RecordCodec();
        Replay replay = replay(codec);
        boolean created = false;
        for (RecordedInput entry : decoded(life.portions(), codec)) {
            Replay.Step step = replay.next(entry);
            assertThat(step.isIdentical()).as("%s", step).isTrue();
            created |= step.effects().stream()
                    .anyMatch(effect -> effect instanceof Effect.Sent sent
                            && sent.message() instanceof WorkerCommand.CreateDispatcher);
        }
        assertThat(created).isTrue();
        assertThat(replay.effects()).isEqualTo(life.effects()).isGreaterThan(30);
        assertThat(replay.hash()).isEqualTo(life.hash()).isNotZero();
        assertThat(replay.audit()).isEmpty();
        assertThat(replay.endWithViews()).isEmpty();
    }

    @Test
    @DisplayName("an input that was tampered with: the first entry with another outcome is found")
    void diverges() throws ReflectiveOperationException {
        RecordCodec codec = new RecordCodec();
        List<RecordedInput> entries = decoded(new JournalledLife(1).portions(), codec);
        Replay replay = replay(codec);
        List<Long> different = new ArrayList<>();
        for (RecordedInput entry : entries) {
            boolean changed = entry.number() == 3;
            RecordedInput told = changed
                    ? new RecordedInput(
                            3,
                            entry.nowMillis(),
                            new HostInput.Tick(),
                            entry.disposition(),
                            entry.failure(),
                            entry.effects(),
                            entry.effectHash())
                    : entry;
            if (!replay.next(told).isIdentical()) {
                different.add(entry.number());
            }
        }
        assertThat(different.get(0)).isEqualTo(3);
        assertThat(replay.hash()).isNotEqualTo(new JournalledLife(1).hash());
    }

    @Test
    @DisplayName("each part of an outcome is compared: disposition, failure, number and content of what was sent")
    void compared() {
        HostInput tick = new HostInput.Tick();
        RecordedInput same =
                new RecordedInput(1, JournalledLife.HEADER.startMillis(), tick, Disposition.APPLIED, null, 0, 0);
        List<RecordedInput> others = List.of(
                new RecordedInput(1, same.nowMillis(), tick, Disposition.STALE, null, 0, 0),
                new RecordedInput(1, same.nowMillis(), tick, null, "java.lang.IllegalStateException", 0, 0),
                new RecordedInput(1, same.nowMillis(), tick, Disposition.APPLIED, null, 1, 0),
                new RecordedInput(1, same.nowMillis(), tick, Disposition.APPLIED, null, 0, 1));
        assertThat(replay(new RecordCodec()).next(same).isIdentical()).isTrue();
        for (RecordedInput other : others) {
            assertThat(replay(new RecordCodec()).next(other).isIdentical())
                    .as("%s", other)
                    .isFalse();
        }
    }

    @Test
    @DisplayName("a host that fails, fails in the replay too; that is identical")
    void failure() throws ReflectiveOperationException {
        RecordCodec codec = new RecordCodec();
        List<RecordedInput> entries = decoded(new JournalledLife(1).portions(), codec);
        Replay replay = new Replay(JournalledLife.HEADER, codec);
        replay.next(entries.get(0));
        RecordedInput failed = new RecordedInput(
                2, entries.get(1).nowMillis(), nothing(), null, "java.lang.NullPointerException", 0, 0);
        assertThat(replay.next(failed).isIdentical()).isTrue();
    }

    @SuppressWarnings("NullAway")
    private static HostInput nothing() {
        return new HostInput.ReportReceived(new NodeId("n1"), null);
    }

    @Test
    @DisplayName("in the middle of a life, the maintainers can be looked at; the replay ends with it")
    void views() throws ReflectiveOperationException {
        RecordCodec codec = new RecordCodec();
        List<RecordedInput> entries = decoded(new JournalledLife(1).portions(), codec);
        Replay replay = replay(codec);
        entries.stream().limit(entries.size() / 2).forEach(replay::next);
        assertThat(replay.audit()).isEmpty();
        assertThat(replay.endWithViews()).extracting(MaintainerView::spans).containsExactly(12);
        assertThatThrownBy(() -> replay.next(entries.get(0))).isInstanceOf(IllegalStateException.class);
    }
}
