package dev.maintainer.admin.cluster;

import dev.maintainer.runtime.tls.CertificateFiles;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS of an admin interface, for browsers and other tools: 1.2 or later, and a certificate of the caller is welcome. */
final class AdminTls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private AdminTls() {}

    /** What makes connections that follow the files. */
    static SslContextFactory.Server of(CertificateFiles files) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {files.keyManager()}, new TrustManager[] {files.trustManager()}, null);
            SslContextFactory.Server factory = new SslContextFactory.Server();
            factory.setSslContext(context);
            factory.setIncludeProtocols(PROTOCOLS);
            factory.setWantClientAuth(true);
            factory.setRenegotiationAllowed(false);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
