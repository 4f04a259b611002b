package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Nodes with a store, all in this process, connected by sockets: what {@code maintainer node} runs, but for the process. */
final class ClusterOfServers implements AutoCloseable {
    private static final String CLUSTER = "test";
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final StoreProvider.EmbeddedStore store;
    private final List<NodeServer> servers = new ArrayList<>();

    ClusterOfServers(Path directory) {
        this.directory = directory;
        StoreProvider stores = Stores.provider();
        this.store = stores.embedded(directory.resolve("store"), "127.0.0.1", 0, SESSION);
        assertThat(stores.initialise(new StoreSettings(store.address(), "/maintainer", CLUSTER, SESSION), 1))
                .isTrue();
    }

    Path configuration(String name) throws IOException {
        Path file = directory.resolve(name + ".toml");
        Files.writeString(file, """
                [cluster]
                name = "%s"
                [node]
                name = "%s"
                data_dir = "%s"
                [peer]
                listen = "127.0.0.1:0"
                [zookeeper]
                connect = "%s"
                [lease]
                session = "3s"
                renew = "300ms"
                lease = "1200ms"
                grace = "1800ms"
                """.formatted(CLUSTER, name, directory.resolve(name), store.address()));
        return file;
    }

    NodeServer start(String name, String... overrides) throws IOException {
        NodeServer server =
                new NodeServer(ServerConfig.read(configuration(name), Map.of(), List.of(overrides)), "test", false);
        servers.add(server);
        server.start();
        return server;
    }

    Optional<NodeServer> leader() {
        return servers.stream().filter(each -> each.leaderEpoch() > 0).findFirst();
    }

    Optional<ChangefeedView> changefeed(String name) {
        return leader().map(each -> each.coordinator().views().get(new ChangefeedId(name)));
    }

    Optional<NodeServer> owner(String name) {
        return changefeed(name)
                .flatMap(view -> servers.stream()
                        .filter(each -> each.self().equals(view.owner()))
                        .findFirst());
    }

    void create(String name, Path log, Path sink) throws InterruptedException {
        create(name, "changelog:" + log + "?mode=tail", "files:" + sink);
    }

    /** The same with a redo log beside the sink. */
    void createWithRedo(String name, Path log, Path sink) throws InterruptedException {
        createWithRedo(name, "changelog:" + log + "?mode=tail", "files:" + sink, "true");
    }

    void createWithRedo(String name, String source, String sink, String redo) throws InterruptedException {
        create(name, new ChangefeedConfiguration(new TreeMap<>(Map.of("source", source, "sink", sink, "redo", redo))));
    }

    void create(String name, String source, String sink) throws InterruptedException {
        create(name, configuration(source, sink));
    }

    private void create(String name, ChangefeedConfiguration configuration) throws InterruptedException {
        await("a leader", () -> leader().isPresent());
        NodeServer leading = leader().orElseThrow();
        long startTs = leading.validate(new ChangefeedId(name), configuration, (earliest, end) -> earliest);
        leading.coordinator()
                .createIfLeading(new CoordinatorInput.CreateChangefeed(
                        new ChangefeedId(name),
                        startTs,
                        "",
                        configuration.settings().containsKey("redo"),
                        configuration));
    }

    static ChangefeedConfiguration configuration(String source, String sink) {
        return new ChangefeedConfiguration(new TreeMap<>(Map.of("source", source, "sink", sink)));
    }

    /** A node that ends as if its process had been killed. */
    void kill(NodeServer server) {
        servers.remove(server);
        server.close();
    }

    void leave(NodeServer server) throws InterruptedException {
        server.leave();
        kill(server);
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waited %d s for %s", PATIENCE_SECONDS, what)
                    .isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        List.copyOf(servers).forEach(this::kill);
        store.close();
    }
}
