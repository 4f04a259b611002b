package dev.maintainer.process.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.node.demo.FreePorts;
import dev.maintainer.node.demo.NodeClient;
import dev.maintainer.process.fault.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper, nodes of the demo profile, and one changefeed whose log grows. Everything listens at the loopback address, and
 * everything that was started is ended by {@link #close}. Used by one thread, but for questions, which anybody may ask.
 */
public final class ProcessCluster implements AutoCloseable {
    /** The changefeed that all scenarios have. */
    public static final String CHANGEFEED = "main";
    /** How long a node may take to become ready, or an owner to be found, on a machine that is busy. */
    public static final Duration LONG = Duration.ofSeconds(60);
    /** What each table adds to that at the beginning, when all are opened. */
    private static final Duration A_TABLE = Duration.ofMillis(20);
    /** Session, tick and grace of the profile: when a dead node is removed at the latest. */
    public static final Duration REMOVAL = Duration.ofMillis(3_000 + 500 + 1_800);
    /** How long a node may write without a proof. */
    public static final Duration LEASE = Duration.ofMillis(1_200);

    private static final String PROFILE = """
            [cluster]
            name = "%s"

            [node]
            name = "%s"
            data_dir = "%s"
            journal = "256MiB"

            [peer]
            listen = "127.0.0.1:%d"
            advertise = "127.0.0.1:%d"

            [admin]
            listen = "127.0.0.1:%d"

            [zookeeper]
            connect = "%s"
            root = "/maintainer"

            [lease]
            session = "3s"
            renew = "300ms"
            lease = "1200ms"
            grace = "1800ms"

            [stop]
            drain = "20s"
            """;

    private final Path directory;
    private final @Nullable Proxies proxies;
    private final Store store;
    private final Load load;
    private final boolean redo;
    private final boolean startsWithTables;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Member.Options> options = new LinkedHashMap<>();
    private volatile List<NodeClient> witnesses = List.of();

    private ProcessCluster(Path directory, ClusterOptions wanted) throws IOException, InterruptedException {
        this.directory = directory;
        this.proxies = wanted.proxied() ? new Proxies() : null;
        this.redo = wanted.redo();
        this.startsWithTables = wanted.tables() > Load.TABLES;
        this.load = Load.begin(directory.resolve("log.ndjson"), wanted.step(), wanted.tables(), wanted.redo());
        Path data = directory.resolve("zookeeper");
        this.store = wanted.ensemble()
                ? ZooKeeperEnsemble.start(data, wanted.protocol())
                : new ZooKeeper(data, wanted.protocol());
    }

    /**
     * Starts ZooKeeper and the load; nodes come later.
     *
     * @param scenario its number, which names the directory below {@code target}; what a former run has left there goes
     */
    public static ProcessCluster begin(String scenario, ClusterOptions wanted)
            throws IOException, InterruptedException {
        return new ProcessCluster(fresh(scenario), wanted);
    }

    /** This node will run so, once it is started. */
    public void configure(String name, Member.Options wanted) {
        options.put(name, wanted);
    }

    private static Path fresh(String scenario) throws IOException {
        Path directory = Path.of("target", "scenarios", scenario).toAbsolutePath();
        if (Files.exists(directory)) {
            try (Stream<Path> former = Files.walk(directory)) {
                for (Path each : former.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        return Files.createDirectories(directory);
    }

    /** From its first start on, a node is of the release whose newest protocol is this. */
    public void release(String name, int protocol) {
        options.merge(
                name,
                Member.Options.NONE.ofRelease(Integer.toString(protocol)),
                (was, is) -> was.ofRelease(is.newest()));
    }

    /** Starts nodes at once, unless they are started already, and waits until they are members that work. */
    public void start(String... names) throws IOException, InterruptedException {
        for (String name : names) {
            if (!members.containsKey(name)) {
                launch(name, "test");
            }
        }
        for (String name : names) {
            awaitReady(member(name));
        }
    }

    /**
     * Starts a node, and waits for nothing.
     *
     * @param cluster to which it believes to belong
     */
    public Member launch(String name, String cluster) throws IOException {
        int peerPort = FreePorts.next();
        int advertised = peerPort;
        List<Integer> servers = store.ports();
        if (proxies != null) {
            advertised = proxies.peers(name, peerPort).port();
            servers = proxies.store(name, servers).stream().map(TcpProxy::port).toList();
        }
        return launch(name, cluster, peerPort, advertised, Store.connect(servers));
    }

    /** As {@link #launch(String, String)}, with peers told another port than that at which the node listens. */
    public Member launch(String name, String cluster, int peerPort, int advertised, String servers) throws IOException {
        int adminPort = FreePorts.next();
        Path own = Files.createDirectories(directory.resolve(name));
        Files.writeString(
                own.resolve("node.toml"),
                PROFILE.formatted(cluster, name, own.resolve("data"), peerPort, advertised, adminPort, servers));
        Member member =
                Member.start(name, own, "127.0.0.1:" + adminPort, options.getOrDefault(name, Member.Options.NONE));
        members.put(name, member);
        return member;
    }

    /** Waits until a node is a member that works. */
    public Duration awaitReady(Member member) throws IOException, InterruptedException {
        return Patience.await("node " + member.name() + " to be ready", LONG, () -> {
            if (!member.isAlive()) {
                throw new AssertionError("node " + member.name() + " has ended by itself; see " + member.directory());
            }
            return member.isReady();
        });
    }

    /** Creates the changefeed by one of the nodes, and waits until it has an owner. */
    public void replicate(Member by, Path sink) throws IOException, InterruptedException {
        witness(members.values().stream().map(Member::name).toArray(String[]::new));
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.put("name", CHANGEFEED);
        wanted.put("source", "changelog:" + load.file() + "?mode=tail");
        wanted.put("sink", "files:" + sink);
        if (redo) {
            wanted.put("redo", true);
        }
        if (startsWithTables) {
            wanted.put("startTs", load.tablesTs());
        }
        AtomicReference<NodeClient.Answer> last = new AtomicReference<>();
        Patience.await("a leader that can create a changefeed", LONG, () -> {
            NodeClient.Answer said = by.client().post("/v1/changefeeds", wanted);
            last.set(said);
            return !said.isUnavailable();
        });
        NodeClient.Answer answer = Objects.requireNonNull(last.get());
        if (!answer.isGood()) {
            throw new AssertionError("the changefeed was not created: " + answer.status() + " " + answer.body());
        }
        Duration begin = LONG.plus(A_TABLE.multipliedBy(load.tablesAtFirst()));
        Patience.await("the changefeed to run", begin, () -> checkpoint() > 0 && !owner().isEmpty());
        long least = load.resolvedTs();
        Patience.await(
                "all tables to run, and the checkpoint to arrive at " + least, begin, () -> checkpoint() >= least);
    }

    /** Waits until what is in the log now is in the sink. */
    public Duration awaitProgress() throws IOException, InterruptedException {
        long least = load.resolvedTs();
        return Patience.await("the checkpoint to arrive at " + least, LONG, () -> checkpoint() >= least);
    }

    // ---- parts -----------------------------------------------------------------------------------------------------

    /** {@return where everything is} */
    public Path directory() {
        return directory;
    }

    /** {@return the sink of the changefeed, if the scenario names no other} */
    public Path sink() {
        return directory.resolve("sink");
    }

    /** {@return the store, if it is one server} */
    public ZooKeeper zooKeeper() {
        return (ZooKeeper) store;
    }

    /** {@return the store, if it is three servers} */
    public ZooKeeperEnsemble ensemble() {
        return (ZooKeeperEnsemble) store;
    }

    /** {@return the log} */
    public Load load() {
        return load;
    }

    /** {@return whether the changefeed keeps a redo log} */
    public boolean keepsRedo() {
        return redo;
    }

    /** {@return whether the changefeed begins when its tables are there} */
    public boolean startsWithTables() {
        return startsWithTables;
    }

    /** {@return a node} */
    public Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new AssertionError("no node is called " + name);
        }
        return member;
    }

    /** {@return all nodes that were ever started} */
    public List<Member> members() {
        return List.copyOf(members.values());
    }

    /** {@return those but the named ones} */
    public List<Member> others(Member... without) {
        List<Member> others = new ArrayList<>(members.values());
        others.removeAll(List.of(without));
        return others;
    }

    /** {@return through which peers reach a node} */
    public TcpProxy peersOf(String name) {
        return proxies().peersOf(name);
    }

    /** {@return through which a node reaches ZooKeeper} */
    public TcpProxy storeOf(String name) {
        return storesOf(name).get(0);
    }

    /** {@return through which a node reaches each server of ZooKeeper} */
    public List<TcpProxy> storesOf(String name) {
        return proxies().storesOf(name);
    }

    private Proxies proxies() {
        return Objects.requireNonNull(proxies, "this scenario has no proxies");
    }

    // ---- questions -------------------------------------------------------------------------------------------------

    /** From now on only these are asked: nothing is done to them. */
    public void witness(String... names) {
        List<NodeClient> asked = new ArrayList<>();
        for (String name : names) {
            asked.add(member(name).client());
        }
        witnesses = List.copyOf(asked);
    }

    /** {@return what the first witness that can tell says about the changefeed; an empty object if none can} */
    public JsonNode changefeed() throws InterruptedException {
        return ask("/v1/changefeeds/" + CHANGEFEED);
    }

    private JsonNode ask(String path) throws InterruptedException {
        for (NodeClient each : witnesses) {
            NodeClient.Answer answer = each.get(path);
            if (answer.isGood()) {
                return answer.body();
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** {@return the id of the owner; empty if there is none, or nobody can tell} */
    public String owner() throws InterruptedException {
        return changefeed().path("owner").asText("");
    }

    /** {@return the node of the owner} */
    public Member owning() throws IOException, InterruptedException {
        Patience.await("an owner", LONG, () -> !owner().isEmpty());
        return called(owner());
    }

    /** {@return the node of the leader} */
    public Member leading() throws IOException, InterruptedException {
        Patience.await(
                "a leader",
                LONG,
                () -> !ask("/v1/cluster").path("leader").asText("").isEmpty());
        return called(ask("/v1/cluster").path("leader").asText());
    }

    private Member called(String id) {
        return members.values().stream()
                .filter(each -> each.isCalled(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node is called as " + id));
    }

    /** {@return the epoch of the owner; 0 if nobody can tell} */
    public long epoch() throws InterruptedException {
        return changefeed().path("epoch").asLong();
    }

    /** {@return up to where everything is in the sink; 0 if nobody can tell} */
    public long checkpoint() throws InterruptedException {
        return changefeed().path("checkpointTs").asLong();
    }

    /** {@return the ids of the members, as a witness sees them} */
    public List<String> roster() throws InterruptedException {
        List<String> ids = new ArrayList<>();
        ask("/v1/nodes").path("nodes").forEach(each -> ids.add(each.path("id").asText()));
        return ids.stream().sorted().toList();
    }

    /** {@return whether the witness sees no member of this node} */
    public boolean isRemoved(Member member) throws InterruptedException {
        List<String> ids = roster();
        return !ids.isEmpty() && ids.stream().noneMatch(member::isCalled);
    }

    /** Asks for a handoff. */
    public NodeClient.Answer move(Member to) throws InterruptedException {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("node", to.name());
        return witnesses.get(0).post("/v1/changefeeds/" + CHANGEFEED + "/move", wanted);
    }

    /** Asks for a handoff until it is accepted: a node that has just come is refused until the leader has heard of it. */
    public void awaitMove(Member to) throws IOException, InterruptedException {
        Patience.await("a handoff to node " + to.name() + " to be accepted", LONG, () -> move(to).isGood());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Member each : members.values()) {
            each.kill();
        }
        load.close();
        store.close();
        if (proxies != null) {
            proxies.close();
        }
    }
}
