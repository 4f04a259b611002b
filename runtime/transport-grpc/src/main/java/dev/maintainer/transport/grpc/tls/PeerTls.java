package dev.maintainer.transport.grpc.tls;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.peer.PeerSecurity;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Mutual TLS 1.3 with files that may change while the process runs. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PeerTls {
    private static final String PROTOCOL = "TLSv1.3";

    /** What the files had when they were read. */
    private record Contents(String key, String certificate, String authority) {
        static Contents read(PeerSecurity.MutualTls files) throws IOException {
            return new Contents(text(files.key()), text(files.certificate()), text(files.authority()));
        }

        private static String text(Path file) throws IOException {
            try {
                return Files.readString(file, StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new IOException(
                        "cannot read " + file + ": " + e.getClass().getSimpleName(), e);
            }
        }
    }

    private final String cluster;
    private final PeerSecurity.MutualTls files;
    private Contents read;
    private volatile TlsCredentials credentials;

    /**
     * Reads the files.
     *
     * @param cluster the id of the cluster
     * @param files where the key and the certificates are
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if they cannot be used
     */
    public PeerTls(String cluster, PeerSecurity.MutualTls files) {
        this.cluster = cluster;
        this.files = files;
        try {
            this.read = Contents.read(files);
            this.credentials = loaded(read);
        } catch (IOException | GeneralSecurityException e) {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, problem(e) + "; name files that can be used", e);
        }
    }

    private TlsCredentials loaded(Contents from) throws IOException, GeneralSecurityException {
        return TlsCredentials.of(from.key(), from.certificate(), from.authority(), cluster);
    }

    private String problem(Exception e) {
        return "TLS with key " + files.key() + ", certificate " + files.certificate() + " and authority "
                + files.authority() + ": " + Printable.line(String.valueOf(e.getMessage()));
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
            credentials = loaded(now);
            read = now;
            return true;
        } catch (IOException | GeneralSecurityException e) {
            problems.accept(problem(e) + "; the former ones stay in use");
            return false;
        }
    }

    /**
     * For calls to one peer.
     *
     * @param node the peer; whoever shows a certificate of another node is refused before anything is said
     * @param refused is told why
     * @return a context with what is in the files now
     */
    public SslContext client(NodeId node, Consumer<String> refused) {
        PeerTrust trust = new PeerTrust(() -> credentials.trust(), NodeIdentity.of(cluster, node), refused);
        return built(SslContextBuilder.forClient().keyManager(key()).trustManager(trust));
    }

    /**
     * For calls of peers, which must show a certificate; whose it is, is judged with what they say.
     *
     * @param refused is told why one is not trusted
     * @return a context that follows the files
     */
    public SslContext server(Consumer<String> refused) {
        PeerTrust trust = new PeerTrust(() -> credentials.trust(), null, refused);
        return built(SslContextBuilder.forServer(key()).trustManager(trust).clientAuth(ClientAuth.REQUIRE));
    }

    private CurrentKey key() {
        return new CurrentKey(() -> credentials);
    }

    private static SslContext built(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder.protocols(PROTOCOL), SslProvider.JDK)
                    .protocols(PROTOCOL)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("every Java platform has " + PROTOCOL, e);
        }
    }

    /**
     * Whether a certificate that a caller has shown, perhaps long ago, is that of a node, by what is trusted now.
     *
     * @param chain what it has shown, its own certificate first
     * @param node who it says it is
     * @return whether it is
     */
    public boolean isOf(List<X509Certificate> chain, NodeId node) {
        if (chain.isEmpty() || !NodeIdentity.in(chain.get(0)).contains(NodeIdentity.of(cluster, node))) {
            return false;
        }
        try {
            credentials
                    .trust()
                    .checkClientTrusted(
                            chain.toArray(new X509Certificate[0]),
                            chain.get(0).getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }
}
