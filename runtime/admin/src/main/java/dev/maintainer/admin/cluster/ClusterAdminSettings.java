package dev.maintainer.admin.cluster;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the admin interface of a node listens, and to whom.
 *
 * @param host a name or an address of this machine
 * @param port 0 for any that is free
 * @param tokens lines of {@code SHA256-AS-HEX ROLE}; null if everybody on this machine may do everything, and nobody else can
 *     connect
 * @param hosts names under which it is addressed, besides those of this machine and {@code host}
 * @param audit the directory where changes are written down; made if it does not exist
 */
public record ClusterAdminSettings(
        String host, int port, @Nullable Path tokens, List<String> hosts, Path audit) {
    /**
     * Copies the list.
     *
     * @param host a name or an address of this machine
     * @param port 0 for any that is free
     * @param tokens who may use it
     * @param hosts names under which it is addressed
     * @param audit the directory where changes are written down
     */
    public ClusterAdminSettings {
        hosts = List.copyOf(hosts);
    }

    boolean isLoopback() {
        return host.startsWith("127.") || host.equals("localhost") || host.equals("::1") || host.equals("[::1]");
    }
}
