package dev.maintainer.runtime.tls;

import java.nio.file.Path;

/**
 * Where the key and the certificates of a process are, as PEM.
 *
 * @param key the private key of this process, PKCS #8, not encrypted
 * @param certificate the certificate of this process, with those between it and the authority
 * @param authority the certificates of whoever may have signed those of the other side
 * @since 0.1.0
 */
public record TlsFiles(Path key, Path certificate, Path authority) {
    @Override
    public String toString() {
        return "key " + key + ", certificate " + certificate + " and authority " + authority;
    }
}
