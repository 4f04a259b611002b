package dev.maintainer.transport.grpc.tls;

import dev.maintainer.runtime.tls.ChainTrust;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges the certificates of peers by what is trusted now. Names of hosts decide nothing: a node may move, and is known by its
 * {@link NodeIdentity}. Thread-safe.
 */
final class PeerTrust extends ChainTrust {
    private final X509TrustManager trust;
    private final @Nullable String expected;
    private final Consumer<String> refused;

    /**
     * Judges one peer, or all.
     *
     * @param trust knows what is trusted now
     * @param expected the identity that the peer must have; null if that is judged later
     * @param refused is told why a certificate was refused
     */
    PeerTrust(X509TrustManager trust, @Nullable String expected, Consumer<String> refused) {
        this.trust = trust;
        this.expected = expected;
        this.refused = refused;
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private void judge(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
            List<String> identities = NodeIdentity.in(chain[0]);
            if (expected != null && !identities.contains(expected)) {
                throw new CertificateException("a certificate of " + identities + ", not of " + expected);
            }
        } catch (CertificateException e) {
            refused.accept(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge(chain, () -> trust.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge(chain, () -> trust.checkServerTrusted(chain, authType));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
