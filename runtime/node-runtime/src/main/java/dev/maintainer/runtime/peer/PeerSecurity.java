package dev.maintainer.runtime.peer;

import dev.maintainer.runtime.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/**
 * How a process and its peers know one another.
 *
 * @since 0.1.0
 */
public sealed interface PeerSecurity {
    /** Nothing is encrypted, and only processes of this machine can connect: any other address to listen at is refused. */
    record Loopback() implements PeerSecurity {}

    /** Nothing is encrypted and nobody is authenticated, at whatever address. Somebody must have written that down. */
    record Off() implements PeerSecurity {}

    /**
     * Both sides show a certificate, over TLS 1.3. Each certificate names its node by a URI among its alternative names:
     * {@code maintainer://CLUSTER/NODE_NAME}, where the name is the id of the node without its last dot and what follows.
     * The files are PEM; they are read again when they change.
     *
     * @param files the key and the certificate of this process, and whoever may have signed those of the peers
     * @param node the name of the node of this process, which its certificate must name; null if that of any node of the
     *     cluster will do
     */
    record MutualTls(TlsFiles files, @Nullable String node) implements PeerSecurity {
        /**
         * Whatever node of the cluster the certificate names.
         *
         * @param files the key and the certificate of this process, and whoever may have signed those of the peers
         */
        public MutualTls(TlsFiles files) {
            this(files, null);
        }
    }
}
