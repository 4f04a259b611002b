package dev.maintainer.node.server;

import dev.maintainer.admin.cluster.ClusterAdminServer;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.node.NetworkProvider.OwnNetwork;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of a node while it runs: brings those that count at once to where they count. Thread-safe. */
final class CurrentSettings {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentSettings.class);

    private final OwnNetwork network;
    private final EventLog log;
    private final LogLevels levels = new LogLevels();
    private volatile EffectiveSettings settings;

    CurrentSettings(ServerConfig config, OwnNetwork network, EventLog log) {
        this.network = network;
        this.log = log;
        this.settings = EffectiveSettings.of(config.inEffect());
        apply(config);
    }

    EffectiveSettings present() {
        return settings;
    }

    private void apply(ServerConfig config) {
        levels.set(config.logLevels());
        network.limitQueues(config.queueBytes());
    }

    /** A configuration that is refused changes nothing. */
    synchronized void reload(Supplier<ServerConfig> reading, ClusterAdminServer admin) {
        ServerConfig next;
        try {
            next = reading.get();
        } catch (MaintainerException e) {
            LOG.error("the configuration was not read again, and all stays as it is: {}", e.getMessage());
            log.add("not-reloaded", "reason", e.getMessage());
            return;
        }
        EffectiveSettings before = settings;
        EffectiveSettings after = before.reread(next.inEffect());
        settings = after;
        apply(next);
        network.reloadCertificates();
        admin.reloadAccess();
        log.add(
                "reloaded",
                "changed",
                after.changedSince(before),
                "needsRestart",
                after.afterRestart().keySet());
        LOG.info("the configuration was read again; changed: {}", after.changedSince(before));
        after.afterRestart()
                .forEach((key, value) -> LOG.warn(
                        "{} needs a restart: in effect is {}, and the configuration has {}",
                        key,
                        Printable.quoted(after.inEffect().getOrDefault(key, "")),
                        Printable.quoted(value)));
    }
}
