package dev.maintainer.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lies in an admin directory, and whoever answers there: a client says what is wrong, and comes to an end. */
@Timeout(60)
class AdminClientTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private AdminDirectory directory;

    @BeforeEach
    void publish() throws IOException {
        directory = AdminDirectory.own(temporary.resolve("admin"));
        directory.publish("127.0.0.1", 1, "token");
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private Path file(String name) {
        return temporary.resolve("admin").resolve(name);
    }

    private void ask(Duration patience) {
        new AdminClient(AdminDirectory.of(temporary.resolve("admin")), patience).ask("nodes", false, new TreeMap<>());
    }

    private static void unreachable(ThrowingCallable asking, String... said) {
        assertThatThrownBy(asking)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
                .satisfies(e -> assertThat(e.getMessage()).contains(said));
    }

    private void unusable(String name, String what) {
        unreachable(() -> ask(Duration.ofSeconds(20)), file(name).toString(), what, "run --hold");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            ''                                                | is empty
            null                                              | is no JSON object
            {"address":                                       | is no JSON
            {"port":7777}                                     | has the address
            {"address":"127.0.0.1\\r\\nX: y","port":7777}     | has the address
            {"address":"evil.example","port":7777}            | has the address
            {"address":"127.0.0.1"}                           | has the port
            {"address":"127.0.0.1","port":99999}              | has the port 99999
            {"address":"127.0.0.1","port":0}                  | has the port 0
            {"address":"127.0.0.1","port":"7777"}             | has the port "7777"
            {"address":"127.0.0.1","port":7777777777777777}   | has the port 7777777777777777
            """)
    @DisplayName("an address that no node can have written is told with its file")
    void address(String content, String what) throws IOException {
        Files.writeString(file("admin.json"), content);
        unusable("admin.json", what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "to\nken", "to\rken", "to\u001bken", "t\u00f6ken"})
    @DisplayName("a token that cannot be sent is told with its file, and not shown")
    void token(String content) throws IOException {
        Files.writeString(file("token"), content);
        unusable("token", "has no token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin.json", "token"})
    @DisplayName("what is no regular file, or longer than any of ours, is not read")
    void oddFiles(String name) throws IOException, InterruptedException {
        Files.writeString(file(name), " ".repeat(70_000));
        unusable(name, "is longer than 65536 bytes");
        Files.delete(file(name));
        Files.createDirectory(file(name));
        unusable(name, "is no regular file");
        Files.delete(file(name));
        try {
            assumeTrue(
                    new ProcessBuilder("mkfifo", file(name).toString()).start().waitFor() == 0);
        } catch (IOException e) {
            assumeTrue(false, "this system has no named pipes");
        }
        unusable(name, "is no regular file");
    }

    /** Something that listens, takes one request, and answers so; it hangs up only if nothing is missing. */
    private ServerSocket answering(String answer, boolean hangs) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        directory.publish("127.0.0.1", server.getLocalPort(), "token");
        Thread answers = new Thread(() -> {
            try (Socket socket = server.accept()) {
                socket.getInputStream().read(new byte[4096]);
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                while (hangs && socket.getInputStream().read() >= 0) {
                    // Until the client hangs up.
                }
            } catch (IOException e) {
                // The client has gone, as it should.
            }
        });
        answers.setDaemon(true);
        answers.start();
        return server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "409 Conflict"})
    @DisplayName("a node that never comes to the end of its answer is given up")
    void halfAnAnswer(String status) throws IOException {
        try (ServerSocket server = answering("HTTP/1.1 " + status + "\r\nContent-Length: 9\r\n\r\n[", true)) {
            assertThat(server.isBound()).isTrue();
            unreachable(() -> ask(Duration.ofMillis(300)), "does not", "not within 300 ms");
        }
    }

    @Test
    @DisplayName("and so is one that takes a request and says nothing")
    void silence() throws IOException {
        try (ServerSocket server = answering("", true)) {
            assertThat(server.isBound()).isTrue();
            unreachable(() -> ask(Duration.ofMillis(300)), "does not answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "7", "{}", "\"x\"", "[}"})
    @DisplayName("what is no answer to the question is not shown as an empty one")
    void noAnswer(String body) throws IOException {
        try (ServerSocket server = answering(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                false)) {
            assertThat(server.isBound()).isTrue();
            unreachable(() -> ask(Duration.ofSeconds(20)), "answered what is no");
        }
    }

    @Test
    @DisplayName("a refusal without a reason has at least its status")
    void refusalWithoutReason() throws IOException {
        try (ServerSocket server =
                answering("HTTP/1.1 418 x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnull", false)) {
            assertThat(server.isBound()).isTrue();
            assertThatThrownBy(() -> ask(Duration.ofSeconds(20))).hasMessageContaining("418");
        }
    }

    @Test
    @DisplayName("a snapshot that is cut is no snapshot")
    void cut() throws IOException {
        try (ServerSocket server =
                answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\n{", false)) {
            assertThat(server.isBound()).isTrue();
            unreachable(
                    () -> new AdminClient(AdminDirectory.of(temporary.resolve("admin")))
                            .copy("snapshot", new TreeMap<>(), new ByteArrayOutputStream()),
                    "has ended while it answered");
        }
    }
}
