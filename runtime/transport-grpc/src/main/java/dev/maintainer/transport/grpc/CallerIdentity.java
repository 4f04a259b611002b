package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.transport.grpc.tls.PeerTls;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Who the caller of a call is, as far as its connection shows that. Thread-safe. */
interface CallerIdentity {
    /** Nobody shows anything: there is no TLS. */
    CallerIdentity ANYBODY = node -> true;

    /** Whether it is the node that it says it is. */
    boolean is(NodeId node);

    /** That of the call which this thread has just been given. */
    static CallerIdentity current() {
        CallerIdentity known = FromCertificates.KEY.get();
        return known == null ? ANYBODY : known;
    }

    /** Looks at the certificates of callers. */
    final class FromCertificates implements ServerInterceptor {
        private static final Context.Key<CallerIdentity> KEY = Context.key("caller");

        private final PeerTls tls;

        FromCertificates(PeerTls tls) {
            this.tls = tls;
        }

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            List<X509Certificate> chain = chain(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            CallerIdentity identity = node -> tls.isOf(chain, node);
            return Contexts.interceptCall(Context.current().withValue(KEY, identity), call, headers, next);
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
}
