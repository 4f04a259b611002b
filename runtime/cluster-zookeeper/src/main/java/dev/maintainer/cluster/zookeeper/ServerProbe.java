package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.zookeeper.client.ConnectStringParser;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why no server takes a session on, where it is a matter of TLS: ZooKeeper's client does not say. It connects, and says
 * nothing but what begins a TLS session.
 */
final class ServerProbe {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 5_000;
    /** After this no further server is asked. */
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(8);

    /** Whoever is refused by a server hears of it after its own handshake is over. */
    private static final int REFUSAL_MILLIS = 300;

    private static final int MOST_SERVERS = 5;

    private final String connect;
    private final @Nullable SecureClient secure;

    /**
     * Nothing is asked yet.
     *
     * @param connect the servers
     * @param secure null if nothing shall be encrypted
     */
    ServerProbe(String connect, @Nullable SecureClient secure) {
        this.connect = connect;
        this.secure = secure;
    }

    private enum Finding {
        /** It is not TLS that keeps it. */
        FINE,
        /** Nobody listens there, or says nothing. */
        SILENT,
        REFUSED
    }

    private record Answer(Finding finding, String text) {}

    /** Notes whether there was a certificate to judge. */
    private static final class Judge extends X509ExtendedTrustManager {
        private final @Nullable X509ExtendedTrustManager trust;
        private boolean asked;

        /** @param trust null to trust anybody, which is enough to see whether somebody speaks TLS */
        Judge(@Nullable X509ExtendedTrustManager trust) {
            this.trust = trust;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            asked = true;
            if (trust != null) {
                trust.checkServerTrusted(chain, type, socket);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a socket has no engine");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("whoever asks has a socket");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trust == null ? new X509Certificate[0] : trust.getAcceptedIssuers();
        }
    }

    /**
     * Asks the servers, one after the other, for fifteen seconds altogether at most.
     *
     * @return why none of them can be used, with what to do; empty if one is fine, or none answers at all
     */
    Optional<String> problem() {
        List<String> refused = new ArrayList<>();
        List<InetSocketAddress> servers = new ConnectStringParser(connect).getServerAddresses();
        long begun = System.nanoTime();
        for (InetSocketAddress each : servers.subList(0, Math.min(servers.size(), MOST_SERVERS))) {
            if (System.nanoTime() - begun > ENOUGH_NANOS) {
                break;
            }
            Answer answer = ask(each.getHostString(), each.getPort());
            if (answer.finding() == Finding.FINE) {
                return Optional.empty();
            }
            if (answer.finding() == Finding.REFUSED) {
                refused.add(answer.text());
            }
        }
        return refused.isEmpty() ? Optional.empty() : Optional.of(refused.get(0));
    }

    private Answer ask(String host, int port) {
        String server = Printable.line(host + ":" + port);
        Judge judge;
        try {
            judge = new Judge(secure == null ? null : secure.trust());
            KeyManager[] shown = secure == null ? null : secure.shown();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown, new TrustManager[] {judge}, null);
            try (Socket plain = new Socket()) {
                plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
                plain.setSoTimeout(ANSWER_MILLIS);
                try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
                    return handshake(socket, server, judge);
                }
            }
        } catch (IOException e) {
            return new Answer(Finding.SILENT, server + " cannot be reached");
        } catch (GeneralSecurityException e) {
            return new Answer(Finding.REFUSED, "the files of zookeeper.tls cannot be used: " + reason(e));
        }
    }

    private Answer handshake(SSLSocket socket, String server, Judge judge) throws IOException {
        SecureClient client = secure;
        if (client != null && client.verifiesHost()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        try {
            socket.startHandshake();
            if (client == null) {
                return speaksTls(server);
            }
            socket.setSoTimeout(REFUSAL_MILLIS);
            // A server that is content waits for what its client says.
            return socket.getInputStream().read() < 0
                    ? new Answer(Finding.REFUSED, server + " ends the connection" + showOne())
                    : new Answer(Finding.FINE, server);
        } catch (SocketTimeoutException e) {
            return judge.asked
                    ? new Answer(Finding.FINE, server)
                    : new Answer(Finding.SILENT, server + " says nothing");
        } catch (SSLException e) {
            boolean alert = String.valueOf(e.getMessage()).contains("fatal alert");
            if (client == null) {
                return judge.asked || alert ? speaksTls(server) : new Answer(Finding.FINE, server);
            }
            return new Answer(Finding.REFUSED, refusal(server, e, judge.asked, alert));
        }
    }

    private static Answer speaksTls(String server) {
        return new Answer(
                Finding.REFUSED,
                server + " speaks TLS only; name whoever has signed its certificate with zookeeper.tls.ca_file"
                        + " (--zookeeper-ca-file), or the port without TLS");
    }

    private String showOne() {
        return "; show it a certificate that it trusts, with zookeeper.tls.key_file and zookeeper.tls.certificate_file"
                + " (--zookeeper-key-file, --zookeeper-certificate-file)";
    }

    private String refusal(String server, SSLException failure, boolean certificate, boolean alert) {
        String reason = Printable.line(reason(failure));
        if (alert) {
            return server + " refuses this process: " + reason + showOne();
        }
        if (!certificate) {
            return server + " does not speak TLS: " + reason
                    + "; name its secureClientPort, or leave zookeeper.tls.ca_file (--zookeeper-ca-file) out";
        }
        // The names that it does have are in the text.
        return reason.contains("subject alternative") || reason.startsWith("No name matching")
                ? "the certificate of " + server + " is that of another host: " + reason
                        + "; use a name that it has in zookeeper.connect, or give the server one with that name;"
                        + " zookeeper.tls.verify_host = \"false\" (--zookeeper-any-host) trusts any name"
                : "the certificate of " + server + " is not trusted: " + reason
                        + "; zookeeper.tls.ca_file (--zookeeper-ca-file) must have whoever has signed it";
    }

    /** What is at the bottom says most. */
    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        for (Throwable next = failure; next != null && next != next.getCause(); next = next.getCause()) {
            deepest = next;
        }
        return String.valueOf(deepest.getMessage());
    }
}
