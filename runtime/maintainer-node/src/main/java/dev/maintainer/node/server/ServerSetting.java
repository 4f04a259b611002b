package dev.maintainer.node.server;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The settings of a node, in the order in which the sample configuration lists them. */
enum ServerSetting {
    /** Which cluster the node belongs to. */
    CLUSTER_NAME("cluster.name", null),
    /** How long all members speak a newer protocol before it becomes the active one; 0 or manual for only when asked. */
    FINALIZE_AFTER("cluster.finalize_after", "15m"),
    /** Stable over restarts; the id of a process begins with it. */
    NODE_NAME("node.name", null),
    /** A local directory of this node alone. */
    DATA_DIR("node.data_dir", null),
    /** The scheduler that plans changefeeds for which none was chosen. */
    SCHEDULER("node.scheduler", "balance"),
    /** Whether this node may lead. */
    ELIGIBLE("node.eligible", "true"),
    /** How many bytes of what its maintainers take in each process records; 0 for nothing. */
    JOURNAL("node.journal", "0"),
    /** Where peers are listened to. */
    PEER_LISTEN("peer.listen", null),
    /** Where peers reach this node, if that is another address. */
    PEER_ADVERTISE("peer.advertise", ""),
    /** What messages that wait for peers may have together. */
    PEER_QUEUE("peer.queue_limit", "512MiB"),
    /** Where the admin interface listens. */
    ADMIN_LISTEN("admin.listen", "127.0.0.1:0"),
    /** Who may use the admin interface; empty for everybody on this machine. */
    ADMIN_TOKENS("admin.tokens_file", ""),
    /** Who may use the admin interface by certificate; empty for nobody. */
    ADMIN_CERTIFICATES("admin.certificates_file", ""),
    /** Whether the admin interface is encrypted. */
    ADMIN_TLS_MODE("admin.tls_mode", "auto"),
    /** Names under which the admin interface is addressed, besides those of this machine. */
    ADMIN_HOSTS("admin.hosts", ""),
    /** The servers of ZooKeeper. */
    ZOOKEEPER_CONNECT("zookeeper.connect", null),
    /** Below which everything of the cluster is. */
    ZOOKEEPER_ROOT("zookeeper.root", "/maintainer"),
    /** By what nodes show ZooKeeper that they belong to the cluster; empty if its records are open to whoever can connect. */
    ZOOKEEPER_CREDENTIALS("zookeeper.credentials_file", ""),
    /** The certificates of whoever may sign those of ZooKeeper's servers, PEM; empty if everything is said in the clear. */
    ZOOKEEPER_AUTHORITY("zookeeper.tls.ca_file", ""),
    /** The private key that is shown to ZooKeeper, PEM; empty for none. */
    ZOOKEEPER_KEY("zookeeper.tls.key_file", ""),
    /** The certificate that is shown to ZooKeeper, PEM; empty for none. */
    ZOOKEEPER_CERTIFICATE("zookeeper.tls.certificate_file", ""),
    /** Whether a server's certificate must have the name under which it was reached. */
    ZOOKEEPER_VERIFY_HOST("zookeeper.tls.verify_host", "true"),
    /** How long ZooKeeper waits for a silent node. */
    LEASE_SESSION("lease.session", "10s"),
    /** How often a lease is renewed. */
    LEASE_RENEW("lease.renew", "1s"),
    /** How long a renewal allows writes. */
    LEASE_LEASE("lease.lease", "4s"),
    /** How long the leader waits before it removes a node. */
    LEASE_GRACE("lease.grace", "5s"),
    /** How long a start waits until the node is a member. */
    START_TIMEOUT("start.timeout", "60s"),
    /** How long a stop waits until nothing is on the node any more. */
    STOP_DRAIN("stop.drain", "60s"),
    /** Whether connections between nodes are encrypted. */
    TLS_MODE("tls.mode", "auto"),
    /** The private key of this node, PEM. */
    TLS_KEY("tls.key_file", ""),
    /** The certificate of this node, PEM. */
    TLS_CERTIFICATE("tls.certificate_file", ""),
    /** The certificates of whoever may sign those of nodes, PEM. */
    TLS_AUTHORITY("tls.ca_file", ""),
    /** What is logged; empty for what the process was started with. */
    LOG_LEVEL("log.level", ""),
    /** Jars with schedulers; empty for none. */
    PLUGINS_DIR("plugins.dir", ""),
    /** Jars with sources and sinks; empty for none. */
    CONNECTORS_DIR("plugins.connectors_dir", "");

    /** Settings below this are labels, which may have any names. */
    static final String LABELS = "node.labels.";

    /** Settings below this are levels of single loggers, by their names. */
    static final String LOGGERS = "log.loggers.";

    private final String key;
    private final @Nullable String standard;

    ServerSetting(String key, @Nullable String standard) {
        this.key = key;
        this.standard = standard;
    }

    String key() {
        return key;
    }

    /** What counts if nobody has said anything; empty if somebody has to. */
    Optional<String> standard() {
        return Optional.ofNullable(standard);
    }

    /** Whether a setting of this key counts at once when the configuration is read again. */
    static boolean countsAtOnce(String key) {
        return key.startsWith(LOGGERS) || key.equals(LOG_LEVEL.key) || key.equals(PEER_QUEUE.key);
    }

    static SortedSet<String> keys() {
        SortedSet<String> keys = new TreeSet<>();
        Arrays.stream(values()).forEach(each -> keys.add(each.key));
        return keys;
    }
}
