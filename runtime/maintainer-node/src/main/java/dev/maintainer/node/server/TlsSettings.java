package dev.maintainer.node.server;

import dev.maintainer.admin.cluster.AdminEncryption;
import dev.maintainer.membership.store.StoreTls;
import dev.maintainer.node.server.ServerConfig.Address;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.runtime.tls.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What was said of certificates: one key and certificate of the node, for its peers and for its admin interface. */
final class TlsSettings {
    private final Settings settings;
    /** Null if not all of them are named. */
    private final @Nullable TlsFiles files;

    TlsSettings(Settings settings) {
        this.settings = settings;
        Path key = settings.path(ServerSetting.TLS_KEY);
        Path certificate = settings.path(ServerSetting.TLS_CERTIFICATE);
        Path authority = settings.path(ServerSetting.TLS_AUTHORITY);
        this.files = key == null || certificate == null || authority == null
                ? null
                : new TlsFiles(key, certificate, authority);
    }

    PeerSecurity peers(Address listen) {
        String mode = settings.of(ServerSetting.TLS_MODE).value();
        return switch (mode) {
            case "off" -> new PeerSecurity.Off();
            case "auto", "mutual" -> {
                if (files != null) {
                    yield new PeerSecurity.MutualTls(
                            files, settings.of(ServerSetting.NODE_NAME).value());
                }
                if (mode.equals("mutual") || !listen.isLoopback()) {
                    throw settings.wrong(
                            ServerSetting.TLS_MODE,
                            "needs tls.key_file, tls.certificate_file and tls.ca_file where peers of other machines can"
                                    + " connect; or write tls.mode = \"off\" down, which encrypts nothing");
                }
                yield new PeerSecurity.Loopback();
            }
            default -> throw settings.wrong(ServerSetting.TLS_MODE, "must be mutual, off or auto");
        };
    }

    AdminEncryption admin() {
        String mode = settings.of(ServerSetting.ADMIN_TLS_MODE).value();
        return switch (mode) {
            case "off" -> new AdminEncryption.Off();
            case "auto", "on" -> {
                if (files != null) {
                    yield new AdminEncryption.Tls(files);
                }
                if (mode.equals("on")) {
                    throw settings.wrong(
                            ServerSetting.ADMIN_TLS_MODE, "needs tls.key_file, tls.certificate_file and tls.ca_file");
                }
                // Beyond loopback it is refused, with the ways out.
                yield new AdminEncryption.Loopback();
            }
            default -> throw settings.wrong(ServerSetting.ADMIN_TLS_MODE, "must be on, off or auto");
        };
    }

    /** Null if everything is said in the clear. */
    @Nullable
    StoreTls store(boolean verifyHost) {
        Path authority = settings.path(ServerSetting.ZOOKEEPER_AUTHORITY);
        Path key = settings.path(ServerSetting.ZOOKEEPER_KEY);
        Path certificate = settings.path(ServerSetting.ZOOKEEPER_CERTIFICATE);
        if ((key == null) != (certificate == null)) {
            throw settings.wrong(
                    key == null ? ServerSetting.ZOOKEEPER_CERTIFICATE : ServerSetting.ZOOKEEPER_KEY,
                    "needs the other one of zookeeper.tls.key_file and zookeeper.tls.certificate_file");
        }
        if (authority == null && key != null) {
            throw settings.wrong(
                    ServerSetting.ZOOKEEPER_KEY, "needs zookeeper.tls.ca_file, without which nothing is encrypted");
        }
        return authority == null ? null : new StoreTls(authority, key, certificate, verifyHost);
    }
}
