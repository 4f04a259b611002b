package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import dev.maintainer.runtime.tls.ClientTls;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctl} and nodes with certificates. */
class CtlTlsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path temporary;

    @SuppressWarnings("NullAway.Init")
    private static Issued ofNode;

    @SuppressWarnings("NullAway.Init")
    private static Issued alice;

    private final StringWriter printed = new StringWriter();

    private @Nullable Responder node;

    @BeforeAll
    static void certificates() {
        TestAuthority authority = new TestAuthority(temporary.resolve("ours"));
        ofNode = authority.issue("n1", "dns:localhost");
        alice = authority.issue("alice");
    }

    @AfterEach
    void stop() throws IOException {
        if (node != null) {
            node.close();
        }
    }

    /** The port of a node that is there. */
    private int node(boolean encrypted, boolean knowsCallers) throws IOException {
        ServerSocket socket = encrypted
                ? ClientTls.context(ofNode.authority(), ofNode.key(), ofNode.certificate())
                        .getServerSocketFactory()
                        .createServerSocket(0, 10, InetAddress.getLoopbackAddress())
                : new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        if (socket instanceof SSLServerSocket secured) {
            secured.setNeedClientAuth(knowsCallers);
        }
        Responder responder = new Responder(socket);
        responder.answers("200 {\"nodes\":[]}");
        node = responder;
        return socket.getLocalPort();
    }

    private int nodes(String address, String... options) {
        printed.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("ctl", "--address", address));
        all.addAll(List.of(options));
        all.add("nodes");
        return Console.execute(printed, all.toArray(String[]::new));
    }

    private String heard() {
        return node == null ? "" : node.heard();
    }

    private static String authority() {
        return ofNode.authority().toString();
    }

    @Test
    @DisplayName("A node whose certificate is trusted and has the name that was asked for gets the token")
    void trusted() throws IOException {
        int port = node(true, false);
        Path token = Files.writeString(temporary.resolve("token"), "secret\n");

        assertThat(nodes("https://localhost:" + port, "--ca-file", authority(), "--token-file", token.toString()))
                .as("%s", printed)
                .isZero();
        assertThat(heard()).contains("Authorization: Bearer secret\r\n");
        assertThat(nodes("localhost:" + port, "--ca-file", authority()))
                .as("an authority is named for https only")
                .isZero();
    }

    @Test
    @DisplayName("A node that nobody has vouched for, or that has another name, hears nothing")
    void notTrusted() throws IOException {
        int port = node(true, false);

        assertThat(nodes("https://localhost:" + port)).isEqualTo(MaintainerCommand.UNREACHABLE);
        assertThat(printed.toString()).contains("MNT-6003", "do not trust one another", "--ca-file");
        assertThat(nodes("https://127.0.0.1:" + port, "--ca-file", authority()))
                .isEqualTo(MaintainerCommand.UNREACHABLE);
        assertThat(printed.toString()).contains("127.0.0.1", "a host name that its certificate has");
        assertThat(heard()).isEmpty();
    }

    @Test
    @DisplayName("A certificate is shown to nodes that want one")
    void shown() throws IOException {
        int port = node(true, true);

        assertThat(nodes("https://localhost:" + port, "--ca-file", authority()))
                .isEqualTo(MaintainerCommand.UNREACHABLE);
        assertThat(nodes(
                        "https://localhost:" + port,
                        "--ca-file",
                        authority(),
                        "--certificate-file",
                        alice.certificate().toString(),
                        "--key-file",
                        alice.key().toString()))
                .as("%s", printed)
                .isZero();
    }

    @Test
    @DisplayName("Where only one of both uses TLS, it is said which one to change")
    void onlyOne() throws IOException {
        int encrypted = node(true, false);
        assertThat(nodes("localhost:" + encrypted)).isEqualTo(MaintainerCommand.UNREACHABLE);
        assertThat(printed.toString()).contains("if it uses TLS, write https://localhost:" + encrypted);
        stop();

        int plain = node(false, false);
        assertThat(nodes("https://localhost:" + plain)).isEqualTo(MaintainerCommand.UNREACHABLE);
        assertThat(printed.toString()).contains("does not speak TLS", "write http://localhost:" + plain);
    }

    @Test
    @DisplayName("A token does not leave the machine in the clear, unless that is allowed")
    void plainToken() throws IOException {
        // This machine, under a name that does not say so.
        String elsewhere = "http://[::ffff:127.0.0.1]:" + node(false, false);
        String token = Files.writeString(temporary.resolve("token"), "secret\n").toString();

        assertThat(nodes(elsewhere, "--token-file", token)).isEqualTo(MaintainerCommand.WRONG);
        assertThat(printed.toString()).contains("anybody could read it", "https://", "--allow-plain-token");
        assertThat(heard()).isEmpty();
        assertThat(nodes(elsewhere))
                .as("without a token there is nothing to lose")
                .isZero();
        assertThat(nodes(elsewhere, "--token-file", token, "--allow-plain-token"))
                .as("%s", printed)
                .isZero();
        assertThat(heard()).contains("Authorization: Bearer secret\r\n");
    }
}
