package dev.maintainer.membership;

import static dev.maintainer.membership.FakeStore.records;
import static dev.maintainer.membership.FakeStore.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreValue.Changefeed;
import dev.maintainer.membership.store.StoreValue.Floor;
import dev.maintainer.membership.store.StoreValue.Progress;
import dev.maintainer.membership.store.StoreValue.Progress.Checkpoint;
import dev.maintainer.membership.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checkpoints that only advance, of two changefeeds that share a record. */
class ProgressRecordsTest {
    private static final long RETRY = 300_000_000;
    private static final long GATHERED = 250_000_000;
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");
    private static final ChangefeedId OTHERS = new ChangefeedId("orders22");
    private static final StorePath SHARED = StorePath.progress(ORDERS);
    private static final LeaderTerm TERM = new LeaderTerm(7, 6);

    private final FakeStore store = new FakeStore(1);
    private final List<String> heard = new ArrayList<>();
    private boolean refused;
    private long now;
    private final ChangefeedRecords records =
            new ChangefeedRecords(store, TERM, RETRY, new Heard(), () -> refused = true);

    private final class Heard implements ChangefeedRecords.Handler {
        @Override
        public void loaded(List<Versioned> all) {
            all.forEach(each -> heard.add(describe(each)));
        }

        @Override
        public void stored(long request, Optional<Versioned> stored) {
            heard.add(request + ": " + stored.map(Heard::describe).orElse("conflict"));
        }

        @Override
        public void deleted(long request, boolean deleted) {
            heard.add(request + (deleted ? ": deleted" : ": conflict"));
        }

        private static String describe(Versioned versioned) {
            return versioned.metadata().changefeed() + " at "
                    + versioned.metadata().checkpointTs() + ", version " + versioned.version();
        }
    }

    @BeforeEach
    void share() {
        assertThat(StorePath.progress(OTHERS)).isEqualTo(SHARED);
    }

    private static ChangefeedMetadata metadata(ChangefeedId changefeed, long epoch, long checkpointTs) {
        return new ChangefeedMetadata(changefeed, new MaintainerEpoch(epoch), checkpointTs, DesiredState.RUN);
    }

    private static Progress progress(long request, Map<ChangefeedId, Checkpoint> checkpoints) {
        return new Progress(new TreeMap<>(checkpoints), TERM.epoch(), request);
    }

    private static Checkpoint checkpoint(long epoch, long checkpointTs) {
        return new Checkpoint(new MaintainerEpoch(epoch), checkpointTs);
    }

    /** Both are stored with epoch 3 and checkpoint 100, as versions 10 and 20. */
    private void load(Object... progress) {
        records.load();
        tick(0);
        store.answer(records(StorePath.FLOOR, stored(new Floor(2, 9), 3)), now);
        store.answer(
                records(
                        StorePath.changefeed(ORDERS),
                        stored(new Changefeed(10, metadata(ORDERS, 3, 100), 5, 3), 0),
                        StorePath.changefeed(OTHERS),
                        stored(new Changefeed(20, metadata(OTHERS, 3, 100), 5, 4), 0)),
                now);
        store.answer(records(progress), now);
    }

    private void tick(long nanos) {
        now += nanos;
        records.tick(now);
    }

    private void advance(ChangefeedId changefeed, long checkpointTs, long request) {
        long version = changefeed.equals(ORDERS) ? 10 : 20;
        records.compareAndSet(version, metadata(changefeed, 3, checkpointTs), request, now);
    }

    private void assertWrites(Progress progress, int version) {
        assertThat(store.next())
                .isEqualTo(new StoreRequest.Commit(
                        new StoreOp.Check(StorePath.LEADER_EPOCH, 6),
                        version < 0
                                ? new StoreOp.Create(SHARED, progress, false)
                                : new StoreOp.Set(SHARED, progress, version)));
    }

    @Test
    @DisplayName(
            "Checkpoints that have gathered are one write, and answered when it is durable; versions stay the same")
    void oneWrite() {
        load();
        heard.clear();
        advance(ORDERS, 110, 1);
        advance(OTHERS, 120, 2);
        assertThat(store.isIdle()).isTrue();

        tick(GATHERED);
        assertWrites(progress(1, Map.of(ORDERS, checkpoint(3, 110), OTHERS, checkpoint(3, 120))), -1);
        assertThat(heard).isEmpty();
        store.answer(new StoreAnswer.Committed(), now);

        assertThat(heard).containsExactly("1: orders at 110, version 10", "2: orders22 at 120, version 20");
        assertThat(store.isIdle()).isTrue();
    }

    @Test
    @DisplayName("What comes while a record is written is written after it, together with what is there")
    void gathers() {
        load(SHARED, stored(progress(9, Map.of(ORDERS, checkpoint(3, 105))), 4));
        advance(OTHERS, 120, 1);
        tick(GATHERED);
        assertWrites(progress(1, Map.of(ORDERS, checkpoint(3, 105), OTHERS, checkpoint(3, 120))), 4);
        advance(ORDERS, 130, 2);
        tick(GATHERED);
        store.answer(new StoreAnswer.Committed(), now);
        assertThat(store.isIdle()).isTrue();

        tick(GATHERED);

        assertWrites(progress(2, Map.of(ORDERS, checkpoint(3, 130), OTHERS, checkpoint(3, 120))), 5);
    }

    @Test
    @DisplayName(
            "A leader that has just come knows how far changefeeds have come, under the epoch of their metadata only")
    void loaded() {
        load(SHARED, stored(progress(9, Map.of(ORDERS, checkpoint(3, 150), OTHERS, checkpoint(2, 170))), 4));

        assertThat(heard).containsExactly("orders at 150, version 10", "orders22 at 100, version 20");
    }

    @Test
    @DisplayName("Metadata of the next epoch are written to the changefeed's own record, with what it has reached")
    void nextEpoch() {
        load(SHARED, stored(progress(9, Map.of(ORDERS, checkpoint(3, 150))), 4));
        heard.clear();

        records.compareAndSet(10, metadata(ORDERS, 4, 150), 1, now);

        assertThat(store.next())
                .isEqualTo(new StoreRequest.Commit(
                        new StoreOp.Check(StorePath.LEADER_EPOCH, 6),
                        new StoreOp.Set(
                                StorePath.changefeed(ORDERS), new Changefeed(10, metadata(ORDERS, 4, 150), 7, 1), 0)));
        store.answer(new StoreAnswer.Committed(), now);
        assertThat(heard).containsExactly("1: orders at 150, version 11");
    }

    @Test
    @DisplayName("After a lost answer the record is read: what has landed is answered, what has not is written again")
    void lostAnswer() {
        load();
        heard.clear();
        advance(ORDERS, 110, 1);
        tick(GATHERED);
        store.answer(new StoreAnswer.Unknown(), now);
        tick(RETRY - 1);
        assertThat(store.isIdle()).isTrue();

        tick(1);
        assertThat(store.next()).isEqualTo(new StoreRequest.Read(List.of(SHARED), true));
        store.answer(records(), now);
        assertWrites(progress(1, Map.of(ORDERS, checkpoint(3, 110))), -1);
        // The first try lands after all.
        store.answer(new StoreAnswer.Rejected(1, Reason.RECORD_EXISTS), now);
        assertThat(heard).isEmpty();
        tick(RETRY);
        Stored landed = stored(progress(1, Map.of(ORDERS, checkpoint(3, 110))), 0);
        store.answer(records(SHARED, landed), now);

        assertThat(heard).containsExactly("1: orders at 110, version 10");
        advance(ORDERS, 111, 2);
        tick(RETRY);
        assertWrites(progress(2, Map.of(ORDERS, checkpoint(3, 111))), 0);
    }

    @Test
    @DisplayName(
            "A deleted changefeed is left out when its record is written next, and one of the same name begins anew")
    void deleted() {
        load(SHARED, stored(progress(9, Map.of(ORDERS, checkpoint(3, 150))), 4));
        heard.clear();
        records.delete(10, ORDERS, 1, now);
        store.answer(new StoreAnswer.Committed(), now);
        records.compareAndSet(0, metadata(ORDERS, 1, 5), 2, now);
        store.answer(new StoreAnswer.Committed(), now);
        assertThat(heard).containsExactly("1: deleted", "2: orders at 5, version 11");

        advance(OTHERS, 120, 3);
        tick(GATHERED);

        assertWrites(progress(1, Map.of(OTHERS, checkpoint(3, 120))), 4);
        store.answer(new StoreAnswer.Committed(), now);
        records.compareAndSet(11, metadata(ORDERS, 4, 6), 4, now);
        tick(GATHERED);
        assertWrites(progress(2, Map.of(OTHERS, checkpoint(3, 120), ORDERS, checkpoint(4, 6))), 5);
    }

    @Test
    @DisplayName("A leader that was deposed is told, and nothing is answered")
    void deposed() {
        load();
        heard.clear();
        advance(ORDERS, 110, 1);
        tick(GATHERED);
        store.answer(new StoreAnswer.Rejected(0, Reason.OTHER_VERSION), now);

        assertThat(refused).isTrue();
        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName("While a checkpoint is under way nothing else is written of the changefeed")
    void oneAtATime() {
        load();
        advance(ORDERS, 110, 1);

        assertThatThrownBy(() -> records.compareAndSet(10, metadata(ORDERS, 4, 110), 2, now))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two writes of orders at once");
    }
}
