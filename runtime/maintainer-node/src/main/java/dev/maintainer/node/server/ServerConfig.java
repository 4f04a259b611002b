package dev.maintainer.node.server;

import dev.maintainer.admin.cluster.AdminEncryption;
import dev.maintainer.admin.cluster.ClusterAdminSettings;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.core.scheduling.planner.NodeLabels;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.store.StoreCredentials;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.scheduler.spi.NodeView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one node is run.
 *
 * @param cluster the name of its cluster
 * @param node its name; letters, digits, {@code -} and {@code _}
 * @param dataDir a local directory of this node alone
 * @param labels such as its zone
 * @param scheduler plans changefeeds for which no other was chosen
 * @param eligible whether it may lead
 * @param journal how many bytes of what its maintainers take in a process records; 0 for nothing
 * @param peerListen where peers are listened to
 * @param peerAdvertise where peers reach it
 * @param security how peers know one another
 * @param admin the admin interface
 * @param store ZooKeeper
 * @param timings of its lease
 * @param finalizeAfter for how long all members must have spoken a newer protocol before it becomes the active one, while this
 *     node leads; null for only when somebody asks
 * @param startTimeout how long a start waits until the node is a member
 * @param drain how long a stop waits until nothing is on the node any more; zero for not at all
 * @param queueBytes what messages that wait for peers may have together
 * @param logLevels levels by logger; the empty name stands for all others, and is missing if nothing was said
 * @param plugins jars with schedulers; null for none
 * @param connectors jars with sources and sinks; null for none
 * @param inEffect all settings by key, for people
 */
public record ServerConfig(
        String cluster,
        String node,
        Path dataDir,
        SortedMap<String, String> labels,
        String scheduler,
        boolean eligible,
        long journal,
        Address peerListen,
        Address peerAdvertise,
        PeerSecurity security,
        Admin admin,
        StoreSettings store,
        LeaseTimings timings,
        @Nullable Duration finalizeAfter,
        Duration startTimeout,
        Duration drain,
        long queueBytes,
        SortedMap<String, String> logLevels,
        @Nullable Path plugins,
        @Nullable Path connectors,
        SortedMap<String, String> inEffect) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(KiB|MiB|GiB)");
    private static final long LEAST_QUEUE = 16L << 20;
    private static final Set<String> LEVELS = Set.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");
    private static final Pattern ROOT = Pattern.compile("(/[A-Za-z0-9_.-]+)+");

    /**
     * A host and a port.
     *
     * @param host a name or an address
     * @param port 0 to 65535; 0 for any that is free
     */
    public record Address(String host, int port) {
        /** Whether only programs of this machine can connect there. */
        boolean isLoopback() {
            return host.startsWith("127.") || host.equals("localhost") || host.equals("::1") || host.equals("[::1]");
        }

        /** Whether others cannot connect there, because it stands for all addresses. */
        boolean isWildcard() {
            return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
        }

        @Override
        public String toString() {
            return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * The admin interface.
     *
     * @param listen where it listens
     * @param encryption whether it uses TLS
     * @param tokens who may use it; null for nobody by token
     * @param certificates who may use it; null for nobody by certificate
     * @param hosts names under which it is addressed, besides those of this machine
     */
    public record Admin(
            Address listen,
            AdminEncryption encryption,
            @Nullable Path tokens,
            @Nullable Path certificates,
            List<String> hosts) {
        /** With the directory where changes are written down. */
        ClusterAdminSettings on(Path audit) {
            return new ClusterAdminSettings(
                    listen.host(), listen.port(), encryption, tokens, certificates, hosts, audit);
        }
    }

    /**
     * Reads the configuration of a node.
     *
     * @param file TOML
     * @param environment of the process
     * @param overrides {@code KEY=VALUE} of the command line
     * @return what is in effect
     * @throws MaintainerException with {@code BAD_CONFIGURATION}, naming the place, the value and what to do
     */
    public static ServerConfig read(Path file, Map<String, String> environment, List<String> overrides) {
        Settings settings = Settings.read(file, environment, overrides);
        String cluster = name(settings, ServerSetting.CLUSTER_NAME);
        Address listen = address(settings, ServerSetting.PEER_LISTEN);
        Address advertise = settings.of(ServerSetting.PEER_ADVERTISE).value().isEmpty()
                ? listen
                : address(settings, ServerSetting.PEER_ADVERTISE);
        if (advertise.isWildcard()) {
            throw wrong(
                    settings,
                    ServerSetting.PEER_LISTEN,
                    "stands for all addresses of this machine; say with peer.advertise which one peers shall use");
        }
        TlsSettings tls = new TlsSettings(settings);
        Duration session = duration(settings, ServerSetting.LEASE_SESSION);
        LeaseTimings timings = new LeaseTimings(
                session,
                duration(settings, ServerSetting.LEASE_RENEW),
                duration(settings, ServerSetting.LEASE_LEASE),
                duration(settings, ServerSetting.LEASE_GRACE),
                Duration.ZERO);
        String root = settings.of(ServerSetting.ZOOKEEPER_ROOT).value();
        if (!ROOT.matcher(root).matches()) {
            throw wrong(settings, ServerSetting.ZOOKEEPER_ROOT, "is no absolute path such as /maintainer");
        }
        return new ServerConfig(
                cluster,
                name(settings, ServerSetting.NODE_NAME),
                dataDir(settings),
                labels(settings),
                settings.of(ServerSetting.SCHEDULER).value(),
                flag(settings, ServerSetting.ELIGIBLE),
                size(settings, ServerSetting.JOURNAL),
                listen,
                advertise,
                tls.peers(listen),
                admin(settings, tls),
                new StoreSettings(
                        settings.of(ServerSetting.ZOOKEEPER_CONNECT).value(),
                        root,
                        cluster,
                        session,
                        credentials(settings),
                        tls.store(flag(settings, ServerSetting.ZOOKEEPER_VERIFY_HOST))),
                timings,
                finalizeAfter(settings),
                duration(settings, ServerSetting.START_TIMEOUT),
                duration(settings, ServerSetting.STOP_DRAIN),
                queue(settings),
                logLevels(settings),
                settings.path(ServerSetting.PLUGINS_DIR),
                settings.path(ServerSetting.CONNECTORS_DIR),
                settings.inEffect());
    }

    private static Admin admin(Settings settings, TlsSettings tls) {
        Address listen = address(settings, ServerSetting.ADMIN_LISTEN);
        Admin admin = new Admin(
                listen,
                tls.admin(),
                settings.path(ServerSetting.ADMIN_TOKENS),
                settings.path(ServerSetting.ADMIN_CERTIFICATES),
                list(settings.of(ServerSetting.ADMIN_HOSTS).value()));
        try {
            admin.on(Path.of("")).check();
        } catch (MaintainerException e) {
            throw Settings.refused(settings.of(ServerSetting.ADMIN_LISTEN).place() + ": " + e.getMessage());
        }
        return admin;
    }

    private static String name(Settings settings, ServerSetting setting) {
        String value = settings.of(setting).value();
        if (!NAME.matcher(value).matches()) {
            throw wrong(settings, setting, "must have 1 to 63 letters, digits, - and _, and begin with no - or _");
        }
        return value;
    }

    private static Path dataDir(Settings settings) {
        Path directory = settings.path(ServerSetting.DATA_DIR);
        if (directory == null) {
            throw wrong(settings, ServerSetting.DATA_DIR, "is empty; name a local directory of this node alone");
        }
        return directory;
    }

    private static SortedMap<String, String> labels(Settings settings) {
        SortedMap<String, String> labels = settings.labels();
        Settings.Said weight = settings.below(ServerSetting.LABELS).get(NodeView.WEIGHT);
        String place = weight == null ? "" : weight.place() + ": ";
        NodeLabels.complaint(labels).ifPresent(complaint -> {
            throw Settings.refused(place + "the node " + complaint);
        });
        return labels;
    }

    private static boolean flag(Settings settings, ServerSetting setting) {
        String value = settings.of(setting).value();
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong(settings, setting, "must be true or false");
        }
        return value.equals("true");
    }

    private static @Nullable StoreCredentials credentials(Settings settings) {
        Path file = settings.path(ServerSetting.ZOOKEEPER_CREDENTIALS);
        return file == null ? null : CredentialsFile.read(file);
    }

    private static List<String> list(String value) {
        return value.isEmpty() ? List.of() : List.of(value.split("\\s*,\\s*"));
    }

    private static Address address(Settings settings, ServerSetting setting) {
        String value = settings.of(setting).value();
        int colon = value.lastIndexOf(':');
        try {
            int port = colon < 1 ? -1 : Integer.parseInt(value.substring(colon + 1));
            if (port >= 0 && port <= 0xffff) {
                return new Address(value.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(settings, setting, "is not HOST:PORT with a port from 0 to 65535");
    }

    private static Duration duration(Settings settings, ServerSetting setting) {
        Matcher matcher = DURATION.matcher(settings.of(setting).value().strip());
        if (!matcher.matches()) {
            throw wrong(settings, setting, "needs a whole number and a unit: ms, s, m or h, such as 10s");
        }
        long count = Long.parseLong(matcher.group(1));
        Duration said = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        // In nanoseconds as a long there is no room for more than 292 years.
        if (said.compareTo(LONGEST) > 0) {
            throw wrong(settings, setting, "is too long; it may be " + LONGEST.toHours() + "h, a year, at most");
        }
        return said;
    }

    /** Less than this, and a single message that had to be cut would stop all others. */
    private static long queue(Settings settings) {
        long bytes = size(settings, ServerSetting.PEER_QUEUE);
        if (bytes < LEAST_QUEUE) {
            throw wrong(settings, ServerSetting.PEER_QUEUE, "must be at least 16MiB, or nodes do not hear each other");
        }
        return bytes;
    }

    /** 0, or with a unit. */
    private static long size(Settings settings, ServerSetting setting) {
        if (settings.of(setting).value().strip().equals("0")) {
            return 0;
        }
        Matcher matcher = SIZE.matcher(settings.of(setting).value().strip());
        if (!matcher.matches()) {
            throw wrong(settings, setting, "needs a whole number and a unit: KiB, MiB or GiB, such as 512MiB; or 0");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "KiB" -> count << 10;
            case "MiB" -> count << 20;
            default -> count << 30;
        };
    }

    /** Null for only when somebody asks. */
    private static @Nullable Duration finalizeAfter(Settings settings) {
        String value = settings.of(ServerSetting.FINALIZE_AFTER).value().strip();
        if (value.equals("manual") || value.equals("0")) {
            return null;
        }
        Duration after = duration(settings, ServerSetting.FINALIZE_AFTER);
        return after.isZero() ? null : after;
    }

    private static SortedMap<String, String> logLevels(Settings settings) {
        SortedMap<String, String> levels = new TreeMap<>();
        Settings.Said root = settings.of(ServerSetting.LOG_LEVEL);
        if (!root.value().isEmpty()) {
            levels.put("", level(ServerSetting.LOG_LEVEL.key(), root));
        }
        settings.below(ServerSetting.LOGGERS)
                .forEach((name, said) -> levels.put(name, level(ServerSetting.LOGGERS + name, said)));
        return levels;
    }

    private static String level(String key, Settings.Said said) {
        if (!LEVELS.contains(said.value())) {
            throw Settings.refused(said.place() + ": " + key + " = " + Printable.quoted(said.value())
                    + " must be OFF, ERROR, WARN, INFO, DEBUG or TRACE");
        }
        return said.value();
    }

    private static MaintainerException wrong(Settings settings, ServerSetting setting, String rule) {
        return settings.wrong(setting, rule);
    }
}
