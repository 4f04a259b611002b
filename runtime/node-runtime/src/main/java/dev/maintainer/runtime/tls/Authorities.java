package dev.maintainer.runtime.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whoever may sign certificates of the other side. */
final class Authorities {
    private Authorities() {}

    /**
     * What trusts them.
     *
     * @param text of the file that has their certificates
     * @throws GeneralSecurityException if it has none
     * @throws IOException never, as far as the platform says
     */
    static X509ExtendedTrustManager trust(String text) throws GeneralSecurityException, IOException {
        List<X509Certificate> authorities = Pem.certificates(text, "the authority");
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return trust;
            }
        }
        throw new IllegalStateException("every Java platform has a trust manager for X.509");
    }
}
