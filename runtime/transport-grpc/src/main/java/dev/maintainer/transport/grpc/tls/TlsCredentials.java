package dev.maintainer.transport.grpc.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What a process shows its peers, and whom it trusts.
 *
 * @param key the private key
 * @param chain its certificate, and those between it and the authority
 * @param trust knows the authorities
 */
record TlsCredentials(PrivateKey key, List<X509Certificate> chain, X509TrustManager trust) {
    /**
     * Reads what the three files have.
     *
     * @param cluster what the certificate must be for
     * @throws GeneralSecurityException if they do not belong together, or one of them is not what it should be
     * @throws IOException if one of them cannot be read
     */
    static TlsCredentials of(String key, String chain, String authority, String cluster)
            throws GeneralSecurityException, IOException {
        PrivateKey privateKey = Pem.key(key);
        List<X509Certificate> certificates = Pem.certificates(chain, "the certificate");
        checkPair(privateKey, certificates.get(0).getPublicKey());
        List<String> identities = NodeIdentity.in(certificates.get(0));
        String expected = NodeIdentity.ofCluster(cluster);
        if (identities.stream().noneMatch(uri -> uri.startsWith(expected))) {
            throw new CertificateException("the certificate has no URI " + expected
                    + "NODE_NAME among its alternative names, but " + identities);
        }
        return new TlsCredentials(privateKey, certificates, trust(Pem.certificates(authority, "the authority")));
    }

    /** Otherwise every handshake would fail, and say something else. */
    private static void checkPair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            throw new GeneralSecurityException("the certificate is not that of the key");
        }
        Signature signature =
                Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
        byte[] text = {1, 2, 3};
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the certificate is not that of the key");
        }
    }

    private static X509TrustManager trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                return trust;
            }
        }
        throw new IllegalStateException("every Java platform has a trust manager for X.509");
    }
}
