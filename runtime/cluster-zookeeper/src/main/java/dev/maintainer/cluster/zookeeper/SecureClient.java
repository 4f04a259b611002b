package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.membership.store.StoreTls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.zookeeper.ClientCnxnSocketNetty;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.util.PemReader;
import org.jspecify.annotations.Nullable;

/**
 * TLS for clients of ZooKeeper. Everything is said to each client by itself: system properties, by which ZooKeeper is told such
 * things otherwise, belong to whoever started the process, and could switch the checks off.
 */
final class SecureClient implements AutoCloseable {
    private static final String PROTOCOLS = "TLSv1.3,TLSv1.2";
    private static final String PEM = "PEM";

    private final StoreTls tls;
    private final @Nullable KeyStoreFile own;

    private SecureClient(StoreTls tls, @Nullable KeyStoreFile own) {
        this.tls = tls;
        this.own = own;
    }

    /**
     * Reads the files once, so that those that cannot be used are refused before anything is tried.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}, and what is wrong with which file
     */
    static SecureClient of(StoreTls tls) throws MaintainerException {
        authorities(tls.authority());
        Path key = tls.key();
        Path certificate = tls.certificate();
        return new SecureClient(tls, key == null || certificate == null ? null : new KeyStoreFile(key, certificate));
    }

    private static KeyStore authorities(Path file) {
        try {
            KeyStore trusted = PemReader.loadTrustStore(file.toFile());
            if (trusted.size() == 0) {
                throw new GeneralSecurityException("it has no certificate");
            }
            return trusted;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable("zookeeper.tls.ca_file " + file, e);
        }
    }

    static MaintainerException unusable(String what, Exception cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                Printable.line(what + " cannot be used: "
                        + (cause instanceof IOException ? cause.toString() : String.valueOf(cause.getMessage()))
                        + "; name a file in PEM, and a key as PKCS #8 without a password"),
                cause);
    }

    /** Makes a client use TLS, with the files as they are whenever it connects. */
    ZKClientConfig config() {
        Config config = new Config();
        try (ClientX509Util names = new ClientX509Util()) {
            config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, ClientCnxnSocketNetty.class.getName());
            config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
            config.setProperty(names.getSslEnabledProtocolsProperty(), PROTOCOLS);
            config.setProperty(
                    names.getSslTruststoreLocationProperty(), tls.authority().toString());
            config.setProperty(names.getSslTruststoreTypeProperty(), PEM);
            config.setProperty(names.getSslTruststorePasswdProperty(), "");
            config.setProperty(names.getSslTruststorePasswdPathProperty(), "");
            config.setProperty(
                    names.getSslKeystoreLocationProperty(),
                    own == null ? "" : own.path().toString());
            config.setProperty(names.getSslKeystoreTypeProperty(), own == null ? "" : KeyStoreFile.TYPE);
            config.setProperty(names.getSslKeystorePasswdProperty(), own == null ? "" : own.password());
            config.setProperty(names.getSslKeystorePasswdPathProperty(), "");
            config.setProperty(names.getSslHostnameVerificationEnabledProperty(), Boolean.toString(tls.verifyHost()));
            config.setProperty(names.getSslAllowReverseDnsLookupProperty(), "false");
            config.setProperty(names.getFipsModeProperty(), "true");
            config.setProperty(names.getSslProviderProperty(), "JDK");
            config.setProperty(names.getSslCrlEnabledProperty(), "false");
            config.setProperty(names.getSslOcspEnabledProperty(), "false");
            config.keyStoreProperty = names.getSslKeystoreLocationProperty();
        }
        return config;
    }

    /** Asks for the place of the key immediately before it reads it, for each connection anew. */
    private final class Config extends ZKClientConfig {
        private String keyStoreProperty = "";

        @Override
        public String getProperty(String key, String defaultValue) {
            if (own != null && key.equals(keyStoreProperty)) {
                own.refresh();
            }
            return super.getProperty(key, defaultValue);
        }
    }

    boolean verifiesHost() {
        return tls.verifyHost();
    }

    /** What judges a server as a client would. */
    X509ExtendedTrustManager trust() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities(tls.authority()));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return trust;
            }
        }
        throw new IllegalStateException("every Java platform has a trust manager for X.509");
    }

    /** What shows a server what a client would; null for nothing. */
    KeyManager @Nullable [] shown() throws IOException, GeneralSecurityException {
        if (own == null) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(own.load(), own.password().toCharArray());
        return factory.getKeyManagers();
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
