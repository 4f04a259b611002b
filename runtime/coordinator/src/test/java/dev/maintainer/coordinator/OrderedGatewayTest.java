package dev.maintainer.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OrderedGatewayTest {
    private final List<String> sent = new ArrayList<>();
    private final OrderedGateway gateway = new OrderedGateway(new MetadataGateway() {
        @Override
        public void load() {
            sent.add("load");
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
            sent.add("write " + requestId);
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            sent.add("delete " + requestId);
        }
    });

    @Test
    @DisplayName("Writes of different changefeeds are under way at once")
    void writesTogether() {
        write("orders", 1);
        write("users", 2);

        assertThat(sent).containsExactly("write 1", "write 2");
    }

    @Test
    @DisplayName("A load waits for all writes before it, and what comes later waits for the load")
    void loadAlone() {
        write("orders", 1);
        write("users", 2);
        gateway.load();
        write("stock", 3);
        assertThat(sent).containsExactly("write 1", "write 2");

        gateway.answered(new CoordinatorInput.MetadataStored(2, Optional.empty()));
        assertThat(sent).containsExactly("write 1", "write 2");
        gateway.answered(new CoordinatorInput.MetadataFailed(1, "the store does not answer"));
        assertThat(sent).containsExactly("write 1", "write 2", "load");

        gateway.answered(new CoordinatorInput.MetadataLoaded(List.of()));
        assertThat(sent).containsExactly("write 1", "write 2", "load", "write 3");
    }

    @Test
    @DisplayName("A deletion waits like a load, and two of them follow one another")
    void deletions() {
        write("orders", 1);
        gateway.delete(1, new ChangefeedId("users"), 2);
        gateway.delete(1, new ChangefeedId("stock"), 3);
        gateway.answered(new CoordinatorInput.MetadataStored(1, Optional.empty()));
        assertThat(sent).containsExactly("write 1", "delete 2");

        gateway.answered(new CoordinatorInput.MetadataDeleted(2, true));

        assertThat(sent).containsExactly("write 1", "delete 2", "delete 3");
    }

    @Test
    @DisplayName("An answer that comes twice, and an input that is none, let nothing out")
    void strangeAnswers() {
        gateway.load();
        gateway.load();
        gateway.answered(new CoordinatorInput.Tick());
        gateway.answered(new CoordinatorInput.MetadataStored(7, Optional.empty()));
        assertThat(sent).containsExactly("load");

        gateway.answered(new CoordinatorInput.MetadataFailed(MetadataGateway.LOAD_REQUEST, "no answer"));
        gateway.answered(new CoordinatorInput.MetadataLoaded(List.of()));
        gateway.answered(new CoordinatorInput.MetadataLoaded(List.of()));

        assertThat(sent).containsExactly("load", "load");
    }

    private void write(String changefeed, long request) {
        gateway.compareAndSet(
                1,
                new ChangefeedMetadata(new ChangefeedId(changefeed), new MaintainerEpoch(1), 1, DesiredState.RUN),
                request);
    }
}
