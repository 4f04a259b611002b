package dev.maintainer.transport.grpc.tls;

import dev.maintainer.api.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who a certificate says its owner is: a URI among the alternative names, {@code maintainer://CLUSTER/NODE_NAME}. The name
 * of a node is its id without the last dot and what follows, which differs with each start of its process. Characters other than
 * letters, digits, dot, hyphen, underscore and tilde are percent-encoded.
 *
 * @since 0.1.0
 */
public final class NodeIdentity {
    private static final String SCHEME = "maintainer://";
    private static final String PLAIN = ".-_~";
    /** The type of a URI among alternative names. */
    private static final int URI = 6;

    private NodeIdentity() {}

    /**
     * The URI of a node.
     *
     * @param cluster the id of its cluster
     * @param node its id
     * @return the URI
     */
    public static String of(String cluster, NodeId node) {
        String id = node.value();
        int dot = id.lastIndexOf('.');
        return ofNode(cluster, dot < 0 ? id : id.substring(0, dot));
    }

    /** The URI of a node by its name. */
    static String ofNode(String cluster, String name) {
        return ofCluster(cluster) + encoded(name);
    }

    /**
     * What the URIs of all nodes of a cluster begin with.
     *
     * @param cluster its id
     * @return the beginning, up to the last slash
     */
    static String ofCluster(String cluster) {
        return SCHEME + encoded(cluster) + "/";
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
            encoded.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return encoded.toString();
    }

    /**
     * The URIs in a certificate that are identities, of whatever cluster.
     *
     * @param certificate any certificate
     * @return its identities; empty if it has none, or cannot be read
     */
    static List<String> in(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return Optional.ofNullable(names).stream()
                    .flatMap(Collection::stream)
                    .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                    .map(name -> String.valueOf(name.get(1)))
                    .filter(uri -> uri.startsWith(SCHEME))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
