package dev.maintainer.node.server;

import dev.maintainer.admin.cluster.AdminEncryption;
import dev.maintainer.admin.cluster.ClusterAdminServer;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.ConnectorPlugins;
import dev.maintainer.runtime.plugin.Schedulers;
import dev.maintainer.runtime.tls.CertificateFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Looks at what a configuration names, without starting anything: plug-ins, files, addresses. A start finds the same, one after
 * the other.
 */
public final class ConfigurationCheck {
    private static final Set<String> FLAGS = Set.of(ServerSetting.ELIGIBLE.key());
    private static final Set<String> LISTS = Set.of(ServerSetting.ADMIN_HOSTS.key());

    private final List<String> problems = new ArrayList<>();

    private ConfigurationCheck() {}

    /**
     * {@return all that is wrong, for people, one text each; empty if nothing is}
     *
     * @param config of a node; it loads plug-ins, as a start does, and connects with nothing
     */
    public static List<String> problems(ServerConfig config) {
        ConfigurationCheck check = new ConfigurationCheck();
        check.look(() -> refuseOneAddress(config));
        check.look(() -> Objects.requireNonNull(Stores.provider().copies(config.store())));
        check.look(() -> Objects.requireNonNull(
                Schedulers.load(config.plugins(), config.scheduler(), Collections.emptySortedMap())));
        check.look(() -> Objects.requireNonNull(ConnectorPlugins.load(config.connectors())));
        check.look(() -> ClusterAdminServer.checkRoles(
                config.admin().tokens(), config.admin().certificates()));
        check.look(() -> checkCertificates(config));
        return List.copyOf(check.problems);
    }

    private void look(Runnable part) {
        try {
            part.run();
        } catch (MaintainerException e) {
            problems.add(e.code().code() + " " + Printable.line(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Refuses files with certificates that cannot be used.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}
     */
    static void checkCertificates(ServerConfig config) throws MaintainerException {
        Installed.network().check(config.cluster(), config.security());
        if (config.admin().encryption() instanceof AdminEncryption.Tls encrypted) {
            CertificateFiles unused = new CertificateFiles(encrypted.files(), CertificateFiles.Condition.NONE);
        }
    }

    private static void refuseOneAddress(ServerConfig config) {
        ServerConfig.Address peers = config.peerListen();
        ServerConfig.Address admin = config.admin().listen();
        boolean hosts = peers.host().equals(admin.host()) || peers.isWildcard() || admin.isWildcard();
        if (hosts && peers.port() != 0 && peers.port() == admin.port()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "peer.listen = " + Printable.quoted(peers.toString()) + " and admin.listen = "
                            + Printable.quoted(admin.toString()) + " are the same port; give each a port of its own");
        }
    }

    /**
     * {@return what is in effect, as lines that a configuration in TOML may have}
     *
     * @param config of a node
     */
    public static List<String> asToml(ServerConfig config) {
        SortedMap<String, String> all = config.inEffect();
        return all.entrySet().stream()
                .map(each -> key(each.getKey()) + " = " + value(each.getKey(), each.getValue()))
                .toList();
    }

    /** What stands below a prefix of ours has a name that people choose. */
    private static String key(String key) {
        for (String prefix : List.of(ServerSetting.LABELS, ServerSetting.LOGGERS)) {
            if (key.startsWith(prefix)) {
                String name = key.substring(prefix.length());
                return prefix + (name.matches("[A-Za-z0-9_-]+") ? name : Printable.quoted(name));
            }
        }
        return key;
    }

    private static String value(String key, String said) {
        if (FLAGS.contains(key)) {
            return said;
        }
        if (LISTS.contains(key)) {
            return said.isEmpty()
                    ? "[]"
                    : Arrays.stream(said.split("\\s*,\\s*", -1))
                            .map(Printable::quoted)
                            .collect(Collectors.joining(", ", "[", "]"));
        }
        return Printable.quoted(said);
    }
}
