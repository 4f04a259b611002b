package dev.maintainer.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangefeedFactoriesTest {
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");
    private static final ChangefeedId REDO = ORDERS.in(ReplicationMode.REDO);
    private static final ChangefeedId STOCK = new ChangefeedId("stock");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);

    private final List<String> said = new ArrayList<>();
    private final ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    private boolean broken;
    private final ChangefeedFactories factories = new ChangefeedFactories(
            new NodeContext(new NodeId("n1"), WriteLease.UNLIMITED, threads), (node, changefeed, configuration) -> {
                if (broken) {
                    throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "not now");
                }
                said.add("made for " + changefeed
                        + (configuration.settings().isEmpty() ? "" : " " + configuration.settings()));
                return new Factory();
            });

    private final class Factory implements DispatcherFactory {
        @Override
        public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
            said.add("fenced " + changefeed);
        }

        @Override
        public void release(ChangefeedId changefeed) {
            said.add("released " + changefeed);
        }
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    @DisplayName("each changefeed has one factory, for all of its pipelines")
    void onePerChangefeed() {
        factories.fence(ORDERS, EPOCH);
        factories.fence(REDO, EPOCH);
        factories.fence(STOCK, EPOCH);
        assertThat(said)
                .containsExactly(
                        "made for orders", "fenced orders", "fenced orders/redo", "made for stock", "fenced stock");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("each pipeline is released once, in any order, and with the last one the factory goes")
    void released(boolean redoFirst) {
        factories.fence(ORDERS, EPOCH);
        factories.fence(REDO, EPOCH);
        said.clear();
        factories.release(redoFirst ? REDO : ORDERS);
        factories.release(redoFirst ? REDO : ORDERS);
        factories.release(redoFirst ? ORDERS : REDO);
        factories.release(STOCK);
        assertThat(said).containsExactlyInAnyOrder("released orders", "released orders/redo");
        factories.fence(ORDERS, EPOCH);
        assertThat(said).contains("made for orders");
    }

    @Test
    @DisplayName("a factory that cannot be made is asked for again")
    void madeLater() {
        broken = true;
        assertThatThrownBy(() -> factories.fence(ORDERS, EPOCH)).hasMessageContaining("not now");
        broken = false;
        factories.fence(ORDERS, EPOCH);
        assertThat(said).containsExactly("made for orders", "fenced orders");
    }

    private static ChangefeedConfiguration into(String sink) {
        return new ChangefeedConfiguration(new TreeMap<>(Map.of("sink", sink)));
    }

    @Test
    @DisplayName("a changefeed that was deleted and created again has its new configuration, whatever comes late")
    void configured() {
        factories.configure(ORDERS, EPOCH, into("files:a"));
        factories.fence(ORDERS, EPOCH);
        factories.configure(REDO, EPOCH, into("files:a"));
        factories.fence(REDO, EPOCH);
        assertThat(said).containsExactly("made for orders {sink=files:a}", "fenced orders", "fenced orders/redo");
        said.clear();

        factories.configure(ORDERS, EPOCH.next(), into("files:b"));
        factories.configure(ORDERS, EPOCH, into("files:a"));
        factories.fence(ORDERS, EPOCH.next());
        assertThat(said).containsExactly("made for orders {sink=files:b}", "fenced orders");
    }
}
