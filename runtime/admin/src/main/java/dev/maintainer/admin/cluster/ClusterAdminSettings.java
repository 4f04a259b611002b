package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the admin interface of a node listens, and to whom.
 *
 * @param host a name or an address of this machine
 * @param port 0 for any that is free
 * @param encryption whether it uses TLS
 * @param tokens lines of {@code SHA256-AS-HEX ROLE}; null for none
 * @param certificates lines of {@code IDENTITY ROLE}, where an identity is a URI among the alternative names of a certificate, or
 *     its subject; null for none. Without tokens and certificates everybody on this machine may do everything, and nobody else
 *     can connect
 * @param hosts names under which it is addressed, besides those of this machine and {@code host}
 * @param audit the directory where changes are written down; made if it does not exist
 */
public record ClusterAdminSettings(
        String host,
        int port,
        AdminEncryption encryption,
        @Nullable Path tokens,
        @Nullable Path certificates,
        List<String> hosts,
        Path audit) {
    /**
     * Copies the list.
     *
     * @param host a name or an address of this machine
     * @param port 0 for any that is free
     * @param encryption whether it uses TLS
     * @param tokens who may use it
     * @param certificates who may use it
     * @param hosts names under which it is addressed
     * @param audit the directory where changes are written down
     */
    public ClusterAdminSettings {
        hosts = List.copyOf(hosts);
    }

    /**
     * Refuses an interface that anybody could use, or listen in on, and what makes no sense.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}, and the ways out
     */
    public void check() throws MaintainerException {
        boolean loopback =
                host.startsWith("127.") || host.equals("localhost") || host.equals("::1") || host.equals("[::1]");
        if (!loopback && tokens == null && certificates == null) {
            throw refused(
                    "can be reached from other machines, and anybody could change everything; name a file of tokens with"
                            + " admin.tokens_file, or one of certificates with admin.certificates_file, or listen at 127.0.0.1");
        }
        if (!loopback && encryption instanceof AdminEncryption.Loopback) {
            throw refused("can be reached from other machines, and tokens and answers could be read on the way; name"
                    + " tls.key_file, tls.certificate_file and tls.ca_file, or listen at 127.0.0.1, or write"
                    + " admin.tls_mode = \"off\" down, which encrypts nothing");
        }
        if (certificates != null && !(encryption instanceof AdminEncryption.Tls)) {
            throw refused("has admin.certificates_file " + certificates
                    + ", and nobody can show a certificate without TLS; name tls.key_file, tls.certificate_file and"
                    + " tls.ca_file, or take the file away");
        }
    }

    private MaintainerException refused(String why) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, "admin.listen " + host + " " + why);
    }
}
