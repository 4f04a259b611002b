package dev.maintainer.process.cluster;

import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.node.demo.FreePorts;
import dev.maintainer.node.server.Stores;
import dev.maintainer.process.fault.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three servers of ZooKeeper, each a process of its own. What they tell each other goes through proxies, one for each pair and
 * direction, so that a server can be cut off from the two others. A server tells the others where they reach it; so it tells a
 * name, which is an address of its own in each process. Used by one thread.
 */
public final class ZooKeeperEnsemble implements Store {
    /** How many there are. */
    public static final int SERVERS = 3;

    private static final String MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    private static final int ASK_MILLIS = 1_000;
    private static final String CONFIGURATION = """
            tickTime=500
            initLimit=20
            syncLimit=4
            dataDir=%s
            maxSessionTimeout=120000
            admin.enableServer=false
            4lw.commands.whitelist=srvr
            """;

    private record Ports(int client, int quorum, int election) {}

    private final Path directory;
    private final List<Ports> ports = new ArrayList<>();
    /** By who connects, and to whom; null for oneself. */
    private final List<List<@Nullable Links>> links = new ArrayList<>();

    private final List<@Nullable Process> servers = new ArrayList<>();

    private record Links(TcpProxy quorum, TcpProxy election) implements AutoCloseable {
        List<TcpProxy> both() {
            return List.of(quorum, election);
        }

        @Override
        public void close() {
            quorum.close();
            election.close();
        }
    }

    private ZooKeeperEnsemble(Path directory) {
        this.directory = directory;
    }

    /** Starts all, waits until they have a leader, and makes the cluster. */
    static ZooKeeperEnsemble start(Path directory, int protocol) throws IOException, InterruptedException {
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(directory);
        boolean begun = false;
        try {
            for (int i = 0; i < SERVERS; i++) {
                ensemble.ports.add(new Ports(FreePorts.next(), FreePorts.next(), FreePorts.next()));
                ensemble.servers.add(null);
            }
            for (int from = 0; from < SERVERS; from++) {
                ensemble.link(from);
                ensemble.configure(from);
                ensemble.start(from);
            }
            ensemble.awaitLeader();
            Stores.provider()
                    .initialise(
                            new StoreSettings(
                                    Store.connect(ensemble.ports()), "/maintainer", "test", ZooKeeper.SESSION),
                            protocol);
            begun = true;
            return ensemble;
        } finally {
            if (!begun) {
                ensemble.close();
            }
        }
    }

    private void link(int from) throws IOException {
        List<@Nullable Links> row = new ArrayList<>();
        links.add(row);
        for (int to = 0; to < SERVERS; to++) {
            InetAddress address = InetAddress.getByName(address(from, to));
            Ports real = ports.get(to);
            row.add(
                    to == from
                            ? null
                            : new Links(
                                    TcpProxy.at(address, real.quorum(), real.quorum()),
                                    TcpProxy.at(address, real.election(), real.election())));
        }
    }

    /** What the name of a server means in the process of another one: a proxy that listens at the same ports. */
    private static String address(int from, int to) {
        return from == to ? "127.0.0.1" : "127.0.%d.%d".formatted(from + 1, to + 1);
    }

    private void configure(int server) throws IOException {
        Path own = Files.createDirectories(directory.resolve("server" + server));
        Files.writeString(own.resolve("myid"), Integer.toString(server + 1));
        StringBuilder text = new StringBuilder(CONFIGURATION.formatted(own));
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
        for (int i = 0; i < SERVERS; i++) {
            Ports real = ports.get(i);
            text.append("server.%d=zk%d:%d:%d;127.0.0.1:%d%n"
                    .formatted(i + 1, i + 1, real.quorum(), real.election(), real.client()));
            hosts.append("%s zk%d%n".formatted(address(server, i), i + 1));
        }
        Files.writeString(own.resolve("zoo.cfg"), text);
        Files.writeString(own.resolve("hosts"), hosts);
    }

    /** Starts a server with its data. */
    public void start(int server) throws IOException {
        Path own = directory.resolve("server" + server);
        Process begun = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.net.hosts.file=" + own.resolve("hosts"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MAIN,
                        own.resolve("zoo.cfg").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        own.resolve("server.log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(begun::destroyForcibly));
        servers.set(server, begun);
    }

    /** SIGKILL. */
    public void kill(int server) throws InterruptedException {
        Process running = servers.get(server);
        if (running != null) {
            running.destroyForcibly();
            running.waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Nothing passes any more between this server and the others. */
    public void cutOff(int server) {
        for (int other = 0; other < SERVERS; other++) {
            if (other != server) {
                known(server, other).both().forEach(TcpProxy::cut);
                known(other, server).both().forEach(TcpProxy::cut);
            }
        }
    }

    /** Everything passes again. */
    public void heal() {
        for (int from = 0; from < SERVERS; from++) {
            for (int to = 0; to < SERVERS; to++) {
                if (from != to) {
                    known(from, to).both().forEach(TcpProxy::heal);
                }
            }
        }
    }

    private Links known(int from, int to) {
        Links between = links.get(from).get(to);
        if (between == null) {
            throw new AssertionError("server " + from + " has no proxy to itself");
        }
        return between;
    }

    /** Waits until one of the servers leads, and returns which. */
    public int awaitLeader() throws IOException, InterruptedException {
        return awaitLeaderBut(SERVERS);
    }

    /** Waits until another server leads, and returns which. */
    public int awaitLeaderBut(int former) throws IOException, InterruptedException {
        AtomicInteger leading = new AtomicInteger(SERVERS);
        Patience.await("a server of ZooKeeper that leads", ProcessCluster.LONG, () -> {
            leading.set(IntStream.range(0, SERVERS)
                    .filter(each -> each != former && leads(each))
                    .findFirst()
                    .orElse(SERVERS));
            return leading.get() < SERVERS;
        });
        return leading.get();
    }

    private boolean leads(int server) {
        return said(server).contains("Mode: leader");
    }

    /** What the server says of itself; empty if it serves nobody. */
    private String said(int server) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), ports.get(server).client()),
                    ASK_MILLIS);
            socket.setSoTimeout(ASK_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public List<Integer> ports() {
        return ports.stream().map(Ports::client).toList();
    }

    @Override
    public void close() {
        servers.forEach(each -> {
            if (each != null) {
                each.destroyForcibly();
            }
        });
        links.forEach(row -> row.forEach(each -> {
            if (each != null) {
                each.close();
            }
        }));
    }
}
