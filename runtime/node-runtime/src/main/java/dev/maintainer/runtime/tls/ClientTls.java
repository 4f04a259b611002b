package dev.maintainer.runtime.tls;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a program that asks and ends: files are read once. Whoever answers must have a certificate that is trusted and has the
 * name under which it was asked, as for any web page.
 *
 * @since 0.1.0
 */
public final class ClientTls {
    private ClientTls() {}

    /**
     * A context with what is in files.
     *
     * @param authority the certificates of whoever may have signed that of the other side; null for those that Java trusts
     * @param key the private key of the caller, PKCS #8; null if it shows no certificate
     * @param certificate its certificate, with those between it and the authority; null exactly if {@code key} is
     * @return a context for TLS 1.2 and later
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a file cannot be used, or there is a key without a certificate
     */
    public static SSLContext context(@Nullable Path authority, @Nullable Path key, @Nullable Path certificate)
            throws MaintainerException {
        if ((key == null) != (certificate == null)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "a certificate needs its key, and a key its certificate; name the files of both, or of none");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown(key, certificate), trusted(authority), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "TLS with authority " + authority + ", key " + key + " and certificate " + certificate + ": "
                            + Printable.line(String.valueOf(e.getMessage())) + "; name files that can be used",
                    e);
        }
    }

    private static KeyManager @Nullable [] shown(@Nullable Path key, @Nullable Path certificate)
            throws IOException, GeneralSecurityException {
        if (key == null || certificate == null) {
            return null;
        }
        CertifiedKey own = CertifiedKey.of(Pem.text(key), Pem.text(certificate));
        return new KeyManager[] {new CurrentKey(() -> own)};
    }

    private static TrustManager @Nullable [] trusted(@Nullable Path authority)
            throws IOException, GeneralSecurityException {
        return authority == null ? null : new TrustManager[] {Authorities.trust(Pem.text(authority))};
    }
}
