package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.tls.CertificateFiles;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who sends a request: by its token if it has one, otherwise by the certificate of its connection. Thread-safe. */
final class ApiAccess {
    private final @Nullable ApiTokens tokens;
    private final @Nullable ApiCertificates certificates;
    private final @Nullable CertificateFiles tls;

    /**
     * Reads who is known.
     *
     * @param tls judges certificates; null where nothing is encrypted
     * @throws MaintainerException if a file cannot be used
     */
    ApiAccess(ClusterAdminSettings settings, @Nullable CertificateFiles tls) throws MaintainerException {
        this.tokens = settings.tokens() == null ? null : new ApiTokens(settings.tokens());
        this.certificates = settings.certificates() == null ? null : new ApiCertificates(settings.certificates());
        this.tls = tls;
    }

    /** Whether everybody who can connect may do everything. */
    boolean isOpen() {
        return tokens == null && certificates == null;
    }

    /** Reads again who is known. */
    void reload() {
        if (tokens != null) {
            tokens.reload();
        }
        if (certificates != null) {
            certificates.reload();
        }
    }

    /** Empty for nobody who is known. */
    Optional<Principal> of(Request request) {
        if (isOpen()) {
            return Optional.of(new Principal("local", ApiRole.ADMIN));
        }
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization != null) {
            return tokens == null ? Optional.empty() : tokens.of(authorization);
        }
        ApiCertificates known = certificates;
        return known == null ? Optional.empty() : shown(request).flatMap(known::of);
    }

    /** Why nobody is known, for whoever has sent the request. */
    String refusal(Request request) {
        String token = tokens == null ? "" : "send 'Authorization: Bearer TOKEN'";
        if (certificates == null || request.getHeaders().contains(HttpHeader.AUTHORIZATION)) {
            return "the request has no token that is known here; "
                    + (token.isEmpty() ? "use a certificate of admin.certificates_file, and no token" : token);
        }
        return shown(request)
                        .map(shown -> "the certificate of "
                                + Printable.line(shown.getSubjectX500Principal().getName())
                                + " has no role in admin.certificates_file")
                        .orElse("the request has no token, and its connection shows no certificate")
                + (token.isEmpty() ? "; show one that has" : "; show one that has, or " + token);
    }

    /** A connection may be older than what is trusted now. */
    private Optional<X509Certificate> shown(Request request) {
        EndPoint.SslSessionData data =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        List<X509Certificate> chain = data == null ? List.of() : chain(data.sslSession());
        return tls != null && tls.trusts(chain) ? Optional.of(chain.get(0)) : Optional.empty();
    }

    private static List<X509Certificate> chain(@Nullable SSLSession session) {
        try {
            Certificate[] shown = session == null ? new Certificate[0] : session.getPeerCertificates();
            return Arrays.stream(shown).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
