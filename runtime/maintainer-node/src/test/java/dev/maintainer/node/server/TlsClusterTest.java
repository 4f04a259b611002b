package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import dev.maintainer.runtime.tls.ClientTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class TlsClusterTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private String[] with(Issued files) {
        return new String[] {
            "tls.mode=mutual",
            "admin.tls_mode=on",
            "tls.key_file=" + files.key(),
            "tls.certificate_file=" + files.certificate(),
            "tls.ca_file=" + files.authority(),
            "admin.certificates_file=" + directory.resolve("roles")
        };
    }

    private static HttpResponse<String> changefeeds(HttpClient client, NodeServer node) throws Exception {
        String port = node.adminAddress().substring(node.adminAddress().lastIndexOf(':'));
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost" + port + "/v1/changefeeds"))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    @DisplayName("nodes with certificates answer over TLS, and pass on to one another what the leader has to answer")
    void answers() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("ours"));
        Issued n1 = authority.issue("n1", "uri:maintainer://test/n1", "dns:localhost");
        Issued n2 = authority.issue("n2", "uri:maintainer://test/n2", "dns:localhost");
        Issued alice = authority.issue("alice");
        Path roles = Files.writeString(directory.resolve("roles"), "CN=alice viewer\n");
        HttpClient client = HttpClient.newBuilder()
                .sslContext(ClientTls.context(alice.authority(), alice.key(), alice.certificate()))
                .build();
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            NodeServer first = cluster.start("n1", with(n1));
            NodeServer second = cluster.start("n2", with(n2));
            await(
                    "a leader that both know",
                    () -> first.leader().isPresent() && first.leader().equals(second.leader()));

            String leader = first.leader().orElseThrow().value();
            for (NodeServer each : List.of(first, second)) {
                assertThat(changefeeds(client, each))
                        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200))
                        .satisfies(answer -> assertThat(answer.body()).contains(leader));
            }

            Files.writeString(roles, "CN=bob viewer\n");
            first.reload(() -> configuration(n1));
            assertThat(changefeeds(client, first).statusCode())
                    .as("what SIGHUP reads counts at once")
                    .isEqualTo(401);
        }
    }

    private ServerConfig configuration(Issued files) {
        return ServerConfig.read(directory.resolve("n1.toml"), Map.of(), List.of(with(files)));
    }

    @Test
    @DisplayName("a node whose files cannot be used takes nothing, and says which one")
    void badFiles() throws Exception {
        Path none = directory.resolve("none");
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            assertThatThrownBy(() -> cluster.start("n1", with(new Issued(none, none, none))))
                    .isNotInstanceOf(StartFailedException.class)
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                    .hasMessageContaining("cannot read " + none);
            assertThat(directory.resolve("n1")).doesNotExist();
        }
    }

    @Test
    @DisplayName("a node with the certificate of another node or cluster does not start, and a check says the same")
    void certificateOfAnother() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("ours"));
        Files.writeString(directory.resolve("roles"), "CN=alice viewer\n");
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            for (String identity : List.of("test/n2", "other/n1")) {
                Issued files =
                        authority.issue(identity.replace('/', '-'), "uri:maintainer://" + identity, "dns:localhost");
                assertThatThrownBy(() -> cluster.start("n1", with(files)))
                        .isNotInstanceOf(StartFailedException.class)
                        .isInstanceOfSatisfying(
                                MaintainerException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                        .hasMessageContaining("no URI maintainer://test/n1 ")
                        .hasMessageContaining(identity);
                assertThat(directory.resolve("n1")).doesNotExist();
                assertThat(ConfigurationCheck.problems(configuration(files)))
                        .anySatisfy(problem -> assertThat(problem).contains("no URI maintainer://test/n1 "));
            }
        }
    }

    @Test
    @DisplayName("a node that wants TLS of a store without it does not start, and says so")
    void plainStore() throws Exception {
        Issued files = new TestAuthority(directory.resolve("ours")).issue("n1");
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            assertThatThrownBy(() ->
                            cluster.start("n1", "zookeeper.tls.ca_file=" + files.authority(), "start.timeout=12s"))
                    .isInstanceOfSatisfying(
                            StartFailedException.class,
                            e -> assertThat(e.exit()).isEqualTo(ServerExit.NO_STORE))
                    .hasMessageContaining("does not speak TLS");
        }
    }
}
