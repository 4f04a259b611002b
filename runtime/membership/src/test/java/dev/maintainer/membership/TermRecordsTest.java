package dev.maintainer.membership;

import static dev.maintainer.membership.FakeStore.records;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.membership.store.StoreAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TermRecordsTest {
    private static final LeaderTerm SEVENTH = new LeaderTerm(7, 6);
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");

    private final FakeStore store = new FakeStore(1);
    private final List<String> heard = new ArrayList<>();
    private @Nullable ChangefeedRecords present;
    private final TermRecords records = new TermRecords(() -> present);

    @BeforeEach
    void elect() {
        records.begin(SEVENTH);
        present = new ChangefeedRecords(store, SEVENTH, 300, records, () -> {});
    }

    private void load() {
        records.load(7, heardAs("load"));
        Objects.requireNonNull(present).tick(0);
        store.answer(records(), 0);
        store.answer(records(), 0);
        store.answer(records(), 0);
    }

    private <T> TermRecords.Reply<T> heardAs(String name) {
        return new TermRecords.Reply<>() {
            @Override
            public void answered(T answer) {
                heard.add(name + " answered");
            }

            @Override
            public void over() {
                heard.add(name + " over");
            }
        };
    }

    private void create(long epoch, String name) {
        records.compareAndSet(
                epoch,
                0,
                new ChangefeedMetadata(ORDERS, new MaintainerEpoch(1), 1, DesiredState.RUN),
                0,
                heardAs(name));
    }

    @Test
    @DisplayName("The answers of the store reach whoever has asked")
    void answers() {
        load();
        create(7, "create");
        store.answer(new StoreAnswer.Committed(), 0);
        records.delete(7, 1, ORDERS, 0, heardAs("delete"));
        store.answer(new StoreAnswer.Committed(), 0);

        assertThat(heard).containsExactly("load answered", "create answered", "delete answered");
    }

    @Test
    @DisplayName("Whoever waits when the term ends hears that it is over, once, whatever the store says later")
    void termEnds() {
        load();
        create(7, "create");
        records.load(7, heardAs("second load"));

        records.end();
        store.answer(new StoreAnswer.Committed(), 0);

        assertThat(heard).containsExactly("load answered", "second load over", "create over");
    }

    @Test
    @DisplayName("What a term asks for that is over is refused, also where the same process leads again")
    void formerTerm() {
        load();
        records.end();
        records.begin(new LeaderTerm(9, 8));

        create(7, "create");
        records.load(7, heardAs("second load"));
        records.delete(7, 1, ORDERS, 0, heardAs("delete"));

        assertThat(heard).containsExactly("load answered", "create over", "second load over", "delete over");
        assertThat(store.isIdle()).isTrue();
    }

    @Test
    @DisplayName("A process that does not lead asks the store for nothing")
    void nobodyLeads() {
        records.end();
        present = null;

        records.load(7, heardAs("load"));

        assertThat(heard).containsExactly("load over");
    }
}
