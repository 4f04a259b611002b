package dev.maintainer.runtime.tls;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A key and certificates in files that may change while the process runs. The managers that it gives follow the files, so
 * that whatever was built with them never has to be built again. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CertificateFiles {
    /** What a certificate must be beside one of its key. */
    @FunctionalInterface
    public interface Condition {
        /** Any certificate will do. */
        Condition NONE = certificate -> {};

        /**
         * Looks at the certificate of this process.
         *
         * @param certificate in the file
         * @throws CertificateException if it must not be shown, saying why
         */
        void check(X509Certificate certificate) throws CertificateException;
    }

    /** What the files had when they were read. */
    private record Contents(String key, String certificate, String authority) {
        static Contents read(TlsFiles files) throws IOException {
            return new Contents(Pem.text(files.key()), Pem.text(files.certificate()), Pem.text(files.authority()));
        }
    }

    private record Loaded(CertifiedKey own, X509ExtendedTrustManager trust) {}

    private final TlsFiles files;
    private final Condition condition;
    private Contents read;
    private volatile Loaded loaded;

    /**
     * Reads the files.
     *
     * @param files where they are
     * @param condition what the certificate must be
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if they cannot be used
     */
    public CertificateFiles(TlsFiles files, Condition condition) throws MaintainerException {
        this.files = files;
        this.condition = condition;
        try {
            this.read = Contents.read(files);
            this.loaded = load(read);
        } catch (IOException | GeneralSecurityException e) {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, problem(e) + "; name files that can be used", e);
        }
    }

    private Loaded load(Contents from) throws IOException, GeneralSecurityException {
        CertifiedKey own = CertifiedKey.of(from.key(), from.certificate());
        condition.check(own.certificate());
        return new Loaded(own, Authorities.trust(from.authority()));
    }

    private String problem(Exception e) {
        return "TLS with " + files + ": " + Printable.line(String.valueOf(e.getMessage()));
    }

    /**
     * Reads the files again. Those that cannot be used change nothing: they may be half written.
     *
     * @param problems is told what is wrong with them
     * @return whether something has changed; then whatever was authenticated before has to be again
     */
    public synchronized boolean reload(Consumer<String> problems) {
        try {
            Contents now = Contents.read(files);
            if (now.equals(read)) {
                return false;
            }
            loaded = load(now);
            read = now;
            return true;
        } catch (IOException | GeneralSecurityException e) {
            problems.accept(problem(e) + "; the former ones stay in use");
            return false;
        }
    }

    /** {@return what shows the certificate that there is now} */
    public X509ExtendedKeyManager keyManager() {
        return new CurrentKey(() -> loaded.own());
    }

    /**
     * What judges certificates by the authorities that there are now. It does not compare names of hosts.
     *
     * @return a manager that follows the files
     */
    public X509ExtendedTrustManager trustManager() {
        return new CurrentTrust(() -> loaded.trust());
    }

    /**
     * Whether a certificate that the other side has shown, perhaps long ago, is trusted now.
     *
     * @param chain what it has shown, its own certificate first
     * @return whether it is; false for no certificate at all
     */
    public boolean trusts(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return false;
        }
        try {
            loaded.trust()
                    .checkClientTrusted(
                            chain.toArray(new X509Certificate[0]),
                            chain.get(0).getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }
}
