package dev.maintainer.membership.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a process and the servers of a store know one another; nothing is said in the clear then. The files are PEM, and are read
 * again for each connection.
 *
 * @param authority the certificates of whoever may have signed those of the servers
 * @param key the private key of this process, PKCS #8, not encrypted; null if servers want no certificate
 * @param certificate the certificate of this process, with those between it and the authority; null exactly if {@code key} is
 * @param verifyHost whether a server's certificate must have the name under which it was reached
 */
public record StoreTls(
        Path authority, @Nullable Path key, @Nullable Path certificate, boolean verifyHost) {
    /**
     * Refuses halves.
     *
     * @param authority the certificates of whoever may have signed those of the servers
     * @param key the private key of this process
     * @param certificate the certificate of this process
     * @param verifyHost whether a server's certificate must have the name under which it was reached
     * @throws IllegalArgumentException if there is a key without a certificate, or a certificate without a key
     */
    public StoreTls {
        if ((key == null) != (certificate == null)) {
            throw new IllegalArgumentException("a certificate needs its key, and a key its certificate");
        }
    }
}
