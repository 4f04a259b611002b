package dev.maintainer.membership;

import static dev.maintainer.membership.FakeStore.records;
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
import dev.maintainer.membership.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChangefeedRecordsTest {
    private static final long RETRY = 300;
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");
    private static final StorePath PATH = StorePath.changefeed(ORDERS);
    private static final LeaderTerm TERM = new LeaderTerm(7, 6);

    private final FakeStore store = new FakeStore(1);
    private final List<String> heard = new ArrayList<>();
    private boolean refused;
    private final ChangefeedRecords records =
            new ChangefeedRecords(store, TERM, RETRY, new Heard(), () -> refused = true);

    private final class Heard implements ChangefeedRecords.Handler {
        @Override
        public void loaded(List<Versioned> all) {
            heard.add("loaded " + all.size());
        }

        @Override
        public void stored(long request, Optional<Versioned> stored) {
            heard.add(request + " "
                    + stored.map(now -> "stored as " + now.version()).orElse("conflict"));
        }

        @Override
        public void deleted(long request, boolean deleted) {
            heard.add(request + (deleted ? " deleted" : " conflict"));
        }
    }

    private static ChangefeedMetadata metadata(long epoch) {
        return new ChangefeedMetadata(ORDERS, new MaintainerEpoch(epoch), 100, DesiredState.RUN);
    }

    private static Stored record(long firstVersion, long epoch, long leaderEpoch, long request, int version) {
        return new Stored(new Changefeed(firstVersion, metadata(epoch), leaderEpoch, request), version, 0);
    }

    private void load(Stored orders) {
        records.load();
        records.tick(0);
        store.answer(records(StorePath.FLOOR, FakeStore.stored(new Floor(9, 40), 3)), 0);
        store.answer(records(PATH, orders), 0);
        store.answer(records(), 0);
    }

    @Test
    @DisplayName("A write whose answer was lost, and that had landed, is reported as stored")
    void landed() {
        load(record(41, 10, 5, 3, 2));
        records.compareAndSet(43, metadata(11), 1, 0);
        store.answer(new StoreAnswer.Unknown(), 10);

        records.tick(RETRY + 10);
        store.answer(records(PATH, record(41, 11, 7, 1, 3)), RETRY + 20);

        assertThat(heard).containsExactly("loaded 1", "1 stored as 44");
    }

    @Test
    @DisplayName(
            "A write that had not landed is repeated under the same version; if that fails, what is stored decides")
    void landedLate() {
        load(record(41, 10, 5, 3, 2));
        records.compareAndSet(43, metadata(11), 1, 0);
        store.answer(new StoreAnswer.Unknown(), 10);
        records.tick(RETRY + 10);
        store.answer(records(PATH, record(41, 10, 5, 3, 2)), RETRY + 20);
        assertThat(store.next())
                .isEqualTo(new StoreRequest.Commit(
                        new StoreOp.Check(StorePath.LEADER_EPOCH, 6),
                        new StoreOp.Set(PATH, new Changefeed(41, metadata(11), 7, 1), 2)));
        store.answer(new StoreAnswer.Rejected(1, Reason.OTHER_VERSION), RETRY + 30);
        assertThat(heard).as("not yet a conflict").containsExactly("loaded 1");

        records.tick(3 * RETRY);
        store.answer(records(PATH, record(41, 11, 7, 1, 3)), 3 * RETRY);

        assertThat(heard).containsExactly("loaded 1", "1 stored as 44");
    }

    @Test
    @DisplayName("What another leader has stored is a conflict")
    void conflict() {
        load(record(41, 10, 5, 3, 2));
        records.compareAndSet(43, metadata(11), 1, 0);
        store.answer(new StoreAnswer.Unknown(), 10);

        records.tick(RETRY + 10);
        store.answer(records(PATH, record(41, 11, 8, 1, 3)), RETRY + 20);

        assertThat(heard).containsExactly("loaded 1", "1 conflict");
    }

    @Test
    @DisplayName("A changefeed that is created after a deletion begins above every version and epoch that there was")
    void aboveTheFloor() {
        load(record(41, 10, 5, 3, 2));
        records.delete(43, ORDERS, 1, 0);
        store.answer(new StoreAnswer.Committed(), 0);

        records.compareAndSet(0, metadata(1), 2, 0);
        assertThat(store.next())
                .isEqualTo(new StoreRequest.Commit(
                        new StoreOp.Check(StorePath.LEADER_EPOCH, 6),
                        new StoreOp.Create(PATH, new Changefeed(44, metadata(11), 7, 2), false)));
        store.answer(new StoreAnswer.Committed(), 0);

        assertThat(heard).containsExactly("loaded 1", "1 deleted", "2 stored as 44");
    }

    @Test
    @DisplayName("A leader that was deposed is told, and its write is not answered")
    void deposed() {
        load(record(41, 10, 5, 3, 2));
        records.compareAndSet(43, metadata(11), 1, 0);
        store.answer(new StoreAnswer.Rejected(0, Reason.OTHER_VERSION), 10);

        assertThat(refused).isTrue();
        assertThat(heard).containsExactly("loaded 1");
    }

    @Test
    @DisplayName("Nothing is written before everything was loaded: what deleted changefeeds have left is not known")
    void notLoaded() {
        assertThatThrownBy(() -> records.compareAndSet(0, metadata(1), 1, 0)).isInstanceOf(IllegalStateException.class);
    }
}
