package dev.maintainer.transport.grpc.tls;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.runtime.peer.PeerSecurity.MutualTls;
import dev.maintainer.runtime.tls.CertificateFiles;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3 with files that may change while the process runs. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PeerTls {
    private static final String PROTOCOL = "TLSv1.3";

    private final String cluster;
    private final @Nullable String node;
    private final CertificateFiles files;

    private PeerTls(String cluster, MutualTls security) {
        this.cluster = cluster;
        this.node = security.node();
        this.files = new CertificateFiles(security.files(), this::checkIsOwn);
    }

    /**
     * Reads the files, if there are any.
     *
     * @param cluster the id of the cluster
     * @param security how peers know one another
     * @return null if nothing is encrypted
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if the files cannot be used, or the certificate is that of another cluster or node
     */
    public static @Nullable PeerTls of(String cluster, PeerSecurity security) throws MaintainerException {
        return security instanceof MutualTls mutual ? new PeerTls(cluster, mutual) : null;
    }

    /** Peers would refuse any other, each for itself. */
    private void checkIsOwn(X509Certificate own) throws CertificateException {
        List<String> identities = NodeIdentity.in(own);
        String expected = node == null ? NodeIdentity.ofCluster(cluster) : NodeIdentity.ofNode(cluster, node);
        if (identities.stream().noneMatch(uri -> node == null ? uri.startsWith(expected) : uri.equals(expected))) {
            throw new CertificateException("the certificate has no URI " + expected + (node == null ? "NODE_NAME" : "")
                    + " among its alternative names, but " + identities);
        }
    }

    /**
     * Reads the files again. Those that cannot be used change nothing: they may be half written.
     *
     * @param problems is told what is wrong with them
     * @return whether something has changed; then whatever was authenticated before has to be again
     */
    public boolean reload(Consumer<String> problems) {
        return files.reload(problems);
    }

    /**
     * For calls to one peer.
     *
     * @param node the peer; whoever shows a certificate of another node is refused before anything is said
     * @param refused is told why
     * @return a context with what is in the files now
     */
    public SslContext client(NodeId node, Consumer<String> refused) {
        PeerTrust trust = new PeerTrust(files.trustManager(), NodeIdentity.of(cluster, node), refused);
        return built(
                SslContextBuilder.forClient().keyManager(files.keyManager()).trustManager(trust));
    }

    /**
     * For calls of peers, which must show a certificate; whose it is, is judged with what they say.
     *
     * @param refused is told why one is not trusted
     * @return a context that follows the files
     */
    public SslContext server(Consumer<String> refused) {
        PeerTrust trust = new PeerTrust(files.trustManager(), null, refused);
        return built(SslContextBuilder.forServer(files.keyManager())
                .trustManager(trust)
                .clientAuth(ClientAuth.REQUIRE));
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
        return !chain.isEmpty()
                && NodeIdentity.in(chain.get(0)).contains(NodeIdentity.of(cluster, node))
                && files.trusts(chain);
    }
}
