package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.admin.cluster.AdminEncryption;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreTls;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.runtime.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    private static final String COMPLETE = """
            # a node
            [cluster]
            name = "shop"
            [node]
            name = "n1"
            data_dir = "/var/lib/n1"
            [node.labels]
            zone = "a"
            [peer]
            listen = "127.0.0.1:7400"
            [zookeeper]
            connect = "zk:2181"
            """;

    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void path() {
        file = directory.resolve("node.toml");
    }

    private ServerConfig read(String text, Map<String, String> environment, String... overrides) throws IOException {
        Files.writeString(file, text);
        return ServerConfig.read(file, environment, List.of(overrides));
    }

    private void refused(String text, String... parts) {
        assertThatThrownBy(() -> read(text, Map.of()))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContainingAll(parts);
    }

    @Test
    @DisplayName("a file says what it must; the rest are defaults")
    void defaults() throws IOException {
        ServerConfig config = read(COMPLETE, Map.of());

        assertThat(config.cluster()).isEqualTo("shop");
        assertThat(config.peerAdvertise()).hasToString("127.0.0.1:7400");
        assertThat(config.labels()).containsExactly(Map.entry("zone", "a"));
        assertThat(config.store().root()).isEqualTo("/maintainer");
        assertThat(config.timings().lease()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.security()).isInstanceOf(PeerSecurity.Loopback.class);
        assertThat(config.inEffect()).containsEntry("lease.renew", "1s").containsEntry("node.labels.zone", "a");
    }

    @Test
    @DisplayName("the command line counts before the environment, and that before the file")
    void precedence() throws IOException {
        Map<String, String> environment =
                Map.of("MAINTAINER_NODE__NAME", "n2", "MAINTAINER_LEASE__GRACE", "9s", "MAINTAINER_CLASSPATH", "x.jar");
        ServerConfig config = read(COMPLETE, environment, "node.name=n3");

        assertThat(config.node()).isEqualTo("n3");
        assertThat(config.timings().grace()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    @DisplayName("an unknown key is refused with its line and the nearest one")
    void unknownKey() {
        refused(COMPLETE + "rooot = \"/x\"\n", "node.toml, line 13", "zookeeper.rooot", "zookeeper.root");
    }

    @Test
    @DisplayName("what is no TOML is refused with its line")
    void noToml() {
        refused(COMPLETE + "root = /x\n", "node.toml, line 13");
    }

    @Test
    @DisplayName("a setting that is missing is named")
    void missing() {
        refused(COMPLETE.replace("connect = \"zk:2181\"", ""), "zookeeper.connect is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "lease.session=10, 'a unit: ms, s, m or h'",
        "lease.session=10 sec, 'a unit: ms, s, m or h'",
        "cluster.finalize_after=never, 'a unit: ms, s, m or h'",
        "lease.lease=999999999h, '8760h, a year, at most'",
        "stop.drain=8761h, 'a year, at most'",
        "lease.renew=2s, 'a third of lease.lease'",
        "lease.grace=4s, 'at least'",
        "peer.listen=0.0.0.0:7400, 'peer.advertise'",
        "peer.listen=7400, 'HOST:PORT'",
        "peer.listen=host:70000, 'HOST:PORT'",
        "node.name=-n, 'letters'",
        "zookeeper.root=maintainer, 'absolute path'",
        "node.data_dir=, 'is empty'",
        "node.data_dir=a\0b, 'cannot be a path'",
        "plugins.dir=a\0b, 'cannot be a path'",
        "node.eligible=yes, 'true or false'",
        "node.journal=64, 'KiB, MiB or GiB'",
        "tls.mode=on, 'mutual, off or auto'",
        "tls.mode=mutual, 'tls.key_file'",
        "peer.listen=10.0.0.1:7400, 'tls.key_file'",
        "admin.listen=0.0.0.0:1, 'admin.tokens_file'",
        "admin.tls_mode=mutual, 'on, off or auto'",
        "admin.tls_mode=on, 'tls.key_file'",
        "admin.certificates_file=/c, 'without TLS'",
        "zookeeper.tls.key_file=/k, 'zookeeper.tls.certificate_file'",
        "zookeeper.tls.certificate_file=/c, 'zookeeper.tls.key_file'",
        "zookeeper.tls.verify_host=no, 'true or false'",
        "nod.name=x, 'node.name'",
        "node.name, 'KEY=VALUE'"
    })
    @DisplayName("what cannot be used is refused with the rule")
    void unusable(String override, String rule) {
        assertThatThrownBy(() -> read(COMPLETE, Map.of(), override))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(rule);
    }

    @Test
    @DisplayName("a newer protocol becomes the active one after a while, or by hand only")
    void finalizeAfter() throws IOException {
        assertThat(read(COMPLETE, Map.of()).finalizeAfter()).isEqualTo(Duration.ofMinutes(15));
        assertThat(read(COMPLETE, Map.of(), "cluster.finalize_after=2s").finalizeAfter())
                .isEqualTo(Duration.ofSeconds(2));
        for (String manual : List.of("manual", "0", "0s")) {
            assertThat(read(COMPLETE, Map.of(), "cluster.finalize_after=" + manual)
                            .finalizeAfter())
                    .isNull();
        }
    }

    @Test
    @DisplayName("listening at all addresses is fine if it is said which one peers shall use")
    void advertised() throws IOException {
        ServerConfig config =
                read(COMPLETE, Map.of(), "peer.listen=0.0.0.0:7400", "peer.advertise=10.0.0.1:7400", "tls.mode=off");

        assertThat(config.peerListen().isWildcard()).isTrue();
        assertThat(config.peerAdvertise()).hasToString("10.0.0.1:7400");
        assertThat(config.security()).isInstanceOf(PeerSecurity.Off.class);
    }

    @Test
    @DisplayName("the admin interface uses the certificate of the node, and other machines hear nothing in the clear")
    void adminEncryption() throws IOException {
        String files = "[tls]\nkey_file = \"/k\"\ncertificate_file = \"/c\"\nca_file = \"/a\"\n";
        TlsFiles named = new TlsFiles(Path.of("/k"), Path.of("/c"), Path.of("/a"));

        assertThat(read(COMPLETE, Map.of()).admin().encryption()).isEqualTo(new AdminEncryption.Loopback());
        assertThat(read(COMPLETE + files, Map.of()).admin().encryption()).isEqualTo(new AdminEncryption.Tls(named));
        assertThat(read(COMPLETE + files, Map.of(), "admin.tls_mode=off")
                        .admin()
                        .encryption())
                .isEqualTo(new AdminEncryption.Off());
        assertThat(read(COMPLETE + files, Map.of(), "tls.mode=off").admin().encryption())
                .as("peers are another matter")
                .isEqualTo(new AdminEncryption.Tls(named));
        refused(
                COMPLETE + "[admin]\nlisten = \"10.0.0.1:7401\"\ntokens_file = \"/t\"\n",
                "node.toml, line 14",
                "tls.key_file",
                "admin.tls_mode");
    }

    @Test
    @DisplayName("an authority for the servers of ZooKeeper makes everything that is said to them encrypted")
    void storeEncryption() throws IOException {
        String[] shown = {"zookeeper.tls.key_file=/k", "zookeeper.tls.certificate_file=/c"};
        assertThat(read(COMPLETE, Map.of()).store().tls()).isNull();
        assertThat(read(COMPLETE, Map.of(), "zookeeper.tls.ca_file=/a").store().tls())
                .isEqualTo(new StoreTls(Path.of("/a"), null, null, true));
        assertThat(read(
                                COMPLETE,
                                Map.of(),
                                "zookeeper.tls.ca_file=/a",
                                shown[0],
                                shown[1],
                                "zookeeper.tls.verify_host=false")
                        .store()
                        .tls())
                .isEqualTo(new StoreTls(Path.of("/a"), Path.of("/k"), Path.of("/c"), false));
        assertThatThrownBy(() -> read(COMPLETE, Map.of(), shown)).hasMessageContaining("zookeeper.tls.ca_file");
    }

    @Test
    @DisplayName("the configuration of the distribution has every setting, with its default")
    void distributed() throws IOException {
        Path sample = Path.of("src/dist/conf/maintainer.toml");
        String text = Files.readString(sample);
        ServerConfig config = ServerConfig.read(sample, Map.of(), List.of());
        assertThat(config.node()).isEqualTo("n1");

        // What is commented out is what counts anyway.
        String all = text.replaceAll("(?m)^#(\\[[a-z.]+]|[a-z_]+ = .*)$", "$1").replace("zone = \"a\"", "");
        ServerConfig written = read(all, Map.of());
        assertThat(written.inEffect()).isEqualTo(config.inEffect());
        for (ServerSetting setting : ServerSetting.values()) {
            String name = setting.key().substring(setting.key().lastIndexOf('.') + 1);
            assertThat(text).as(setting.key()).containsPattern("(?m)^#?" + name + " = ");
        }
    }

    @Test
    @DisplayName("Queues too small for a single message are refused: nodes would not hear each other")
    void queues() throws IOException {
        for (String small : List.of("0", "0KiB", "15MiB")) {
            refused(
                    COMPLETE.replace("[peer]", "[peer]\nqueue_limit = \"" + small + "\""),
                    "peer.queue_limit",
                    "at least 16MiB");
        }
        assertThat(read(COMPLETE.replace("[peer]", "[peer]\nqueue_limit = \"16MiB\""), Map.of())
                        .queueBytes())
                .isEqualTo(16L << 20);
    }
}
