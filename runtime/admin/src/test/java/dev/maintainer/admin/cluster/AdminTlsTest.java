package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import dev.maintainer.runtime.tls.ClientTls;
import dev.maintainer.runtime.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin interface of a node with certificates. */
class AdminTlsTest {
    private static final String NODES = "/v1/nodes";
    private static final String PAUSE = "/v1/changefeeds/orders/pause";
    private static final String TOKEN = "secret";
    /** Of {@link #TOKEN}. */
    private static final String DIGEST = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path shared;

    @SuppressWarnings("NullAway.Init")
    private static TestAuthority authority;

    @SuppressWarnings("NullAway.Init")
    private static TestAuthority other;

    @SuppressWarnings("NullAway.Init")
    private static Issued ofNode;

    @SuppressWarnings("NullAway.Init")
    private static Issued alice;

    @SuppressWarnings("NullAway.Init")
    private static Issued scraper;

    @SuppressWarnings("NullAway.Init")
    private static Issued stranger;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final FakeNode.Cluster cluster = new FakeNode.Cluster();
    private final FakeNode node = cluster.add("n1.a");
    private @Nullable ClusterAdminServer running;

    @SuppressWarnings("NullAway.Init")
    private Issued files;

    @BeforeAll
    static void certificates() {
        authority = new TestAuthority(shared.resolve("ours"));
        other = new TestAuthority(shared.resolve("theirs"));
        ofNode = authority.issue("n1", "uri:maintainer://shop/n1", "dns:localhost");
        alice = authority.issue("alice");
        scraper = authority.issue("scraper", "uri:spiffe://shop/scraper");
        stranger = other.issue("alice", "dns:localhost");
    }

    @BeforeEach
    void lead() {
        cluster.elect(node);
        node.coordinator.has("orders", null, 400, TwoNodes.ORDERS);
        files = new Issued(temporary.resolve("key"), temporary.resolve("certificate"), temporary.resolve("authority"));
        files.takeFrom(ofNode);
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    private ClusterAdminSettings settings(
            String host, AdminEncryption encryption, @Nullable Path tokens, @Nullable Path certificates) {
        return new ClusterAdminSettings(
                host, 0, encryption, tokens, certificates, List.of(), temporary.resolve("audit"));
    }

    private AdminEncryption tls() {
        return new AdminEncryption.Tls(new TlsFiles(files.key(), files.certificate(), files.authority()));
    }

    private ClusterAdminServer start(@Nullable Path tokens, @Nullable Path certificates) {
        ClusterAdminServer server = ClusterAdminServer.start(node, settings("127.0.0.1", tls(), tokens, certificates));
        running = server;
        return server;
    }

    private Path file(String name, String... lines) throws IOException {
        return Files.write(temporary.resolve(name), List.of(lines));
    }

    private Path roles() throws IOException {
        return file("roles", "# who may do what", "spiffe://shop/scraper viewer", "CN=Alice  operator");
    }

    private static HttpClient client(@Nullable Issued certificate) {
        return client(authority(ofNode), certificate);
    }

    private static Path authority(Issued issued) {
        return issued.authority();
    }

    private static HttpClient client(Path trusted, @Nullable Issued certificate) {
        SSLContext context = certificate == null
                ? ClientTls.context(trusted, null, null)
                : ClientTls.context(trusted, certificate.key(), certificate.certificate());
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private HttpResponse<String> ask(
            HttpClient client, ClusterAdminServer server, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    @DisplayName("The certificate of the node is shown, probes need no certificate, and plain text gets no answer")
    void encrypted() throws Exception {
        ClusterAdminServer server = start(file("tokens", DIGEST + " admin"), null);
        HttpClient anybody = client(null);

        assertThat(ask(anybody, server, "GET", "/livez").statusCode()).isEqualTo(200);
        assertThat(ask(anybody, server, "GET", NODES).statusCode()).isEqualTo(401);
        assertThat(ask(anybody, server, "POST", PAUSE, "Authorization", "Bearer " + TOKEN)
                        .statusCode())
                .isEqualTo(202);
        assertThatThrownBy(() -> ask(client(authority(stranger), null), server, "GET", "/livez"))
                .isInstanceOf(SSLException.class);
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream()
                    .write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    @DisplayName("TLS 1.2 is spoken, and nothing older")
    void versions() throws Exception {
        ClusterAdminServer server = start(null, null);
        SSLParameters former = new SSLParameters();
        former.setProtocols(new String[] {"TLSv1.2"});
        HttpClient old = HttpClient.newBuilder()
                .sslContext(ClientTls.context(authority(ofNode), null, null))
                .sslParameters(former)
                .build();

        assertThat(ask(old, server, "GET", NODES).statusCode()).isEqualTo(200);
        assertThat(ask(client(null), server, "GET", NODES).sslSession())
                .hasValueSatisfying(session -> assertThat(session.getProtocol()).isEqualTo("TLSv1.3"));
    }

    @Test
    @DisplayName("Callers are known by a URI or by the subject of their certificate, and may do what their role allows")
    void certificateRoles() throws Exception {
        ClusterAdminServer server = start(null, roles());

        assertThat(ask(client(scraper), server, "GET", NODES).statusCode()).isEqualTo(200);
        assertThat(ask(client(scraper), server, "POST", PAUSE).statusCode()).isEqualTo(403);
        assertThat(ask(client(alice), server, "POST", PAUSE).statusCode()).isEqualTo(202);
        assertThat(node.coordinator.asked).hasSize(1);
        assertThat(ask(client(ofNode), server, "GET", NODES))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(401))
                .satisfies(answer -> assertThat(answer.body()).contains("CN=n1", "admin.certificates_file"));
        assertThat(ask(client(null), server, "GET", NODES))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(401))
                .satisfies(answer -> assertThat(answer.body()).contains("shows no certificate"));
        assertThatThrownBy(() -> ask(client(stranger), server, "GET", NODES))
                .as("a certificate that somebody else has signed, with the subject of somebody who is known")
                .isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("A token counts before the certificate, also if it is wrong")
    void tokenFirst() throws Exception {
        ClusterAdminServer server = start(file("tokens", DIGEST + " viewer"), roles());
        HttpClient client = client(alice);

        assertThat(ask(client, server, "POST", PAUSE).statusCode()).isEqualTo(202);
        assertThat(ask(client, server, "POST", PAUSE, "Authorization", "Bearer " + TOKEN)
                        .statusCode())
                .isEqualTo(403);
        assertThat(ask(client, server, "GET", NODES, "Authorization", "Bearer x")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("Files that change count at once: an open connection loses what its certificate was worth")
    void reload() throws Exception {
        ClusterAdminServer server = start(null, roles());
        HttpClient client = client(scraper);
        assertThat(ask(client, server, "GET", NODES).statusCode()).isEqualTo(200);

        TestAuthority.replace(files.authority(), "half of a certi");
        server.reloadAccess();
        assertThat(ask(client, server, "GET", NODES).statusCode())
                .as("what is half written changes nothing")
                .isEqualTo(200);

        TestAuthority.replace(files.authority(), other.authority());
        server.reloadAccess();
        assertThat(ask(client, server, "GET", NODES).statusCode())
                .as("the connection is that of before")
                .isEqualTo(401);

        files.takeFrom(stranger);
        server.reloadAccess();
        assertThat(ask(client(authority(stranger), null), server, "GET", "/livez")
                        .statusCode())
                .as("the node shows another certificate")
                .isEqualTo(200);
        assertThatThrownBy(() -> ask(client(null), server, "GET", "/livez")).isInstanceOf(SSLException.class);
    }

    @Test
    @DisplayName("Roles are read again when they have changed; a mistake leaves what was read before")
    void rolesReload() throws Exception {
        Path roles = roles();
        ClusterAdminServer server = start(null, roles);
        HttpClient client = client(scraper);

        Files.writeString(roles, "spiffe://shop/scraper owner\n");
        Files.setLastModifiedTime(roles, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(ask(client, server, "GET", NODES).statusCode()).isEqualTo(200);
        Files.writeString(roles, "spiffe://shop/scraper operator\n");
        Files.setLastModifiedTime(roles, FileTime.from(Instant.now().plusSeconds(10)));
        assertThat(ask(client, server, "POST", PAUSE).statusCode()).isEqualTo(202);
    }

    @Test
    @DisplayName("A connection counts as used by somebody known once it is")
    void known() throws Exception {
        ClusterAdminServer server = start(null, roles());
        HttpClient client = client(scraper);

        assertThat(ask(client, server, "GET", NODES).statusCode()).isEqualTo(200);
        assertThat(server.unknownConnections())
                .as("the connection is kept, and nobody closes it for being unknown")
                .isZero();
        assertThat(ask(client(null), server, "GET", NODES).statusCode()).isEqualTo(401);
        assertThat(server.unknownConnections()).isEqualTo(1);
    }

    @Test
    @DisplayName("What anybody could use or read is refused, with the ways out")
    void refused() throws Exception {
        Path tokens = file("tokens", DIGEST + " admin");
        refused(settings("0.0.0.0", tls(), null, null), "admin.tokens_file", "admin.certificates_file");
        refused(settings("0.0.0.0", new AdminEncryption.Off(), null, null), "admin.tokens_file");
        refused(
                settings("0.0.0.0", new AdminEncryption.Loopback(), tokens, null),
                "tls.key_file",
                "admin.tls_mode = \"off\"");
        refused(settings("127.0.0.1", new AdminEncryption.Off(), null, roles()), "without TLS");
        refused(settings("127.0.0.1", tls(), null, file("bad", "alice viewer")), "line 1", "CN=alice,O=Shop");
        refused(settings("127.0.0.1", tls(), null, file("bad", "CN=alice owner")), "line 1", "owner");

        running = ClusterAdminServer.start(node, settings("0.0.0.0", new AdminEncryption.Off(), tokens, null));
    }

    private void refused(ClusterAdminSettings settings, String... why) {
        assertThatThrownBy(() -> ClusterAdminServer.start(node, settings))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContainingAll(why);
    }
}
