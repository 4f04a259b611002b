package dev.maintainer.runtime.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a process shows the other side.
 *
 * @param key the private key
 * @param chain its certificate, and those between it and the authority
 */
record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
    /**
     * Reads what two files have.
     *
     * @throws GeneralSecurityException if they do not belong together, or one of them is not what it should be
     */
    static CertifiedKey of(String key, String chain) throws GeneralSecurityException {
        PrivateKey privateKey = Pem.key(key);
        List<X509Certificate> certificates = Pem.certificates(chain, "the certificate");
        checkPair(privateKey, certificates.get(0).getPublicKey());
        return new CertifiedKey(privateKey, certificates);
    }

    X509Certificate certificate() {
        return chain.get(0);
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
}
