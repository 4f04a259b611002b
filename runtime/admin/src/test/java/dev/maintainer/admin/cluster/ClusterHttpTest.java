package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterHttpTest {
    private static final String PAUSE = "POST /v1/changefeeds/orders/pause";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final FakeNode.Cluster cluster = new FakeNode.Cluster();
    private final FakeNode node = cluster.add("n1.a");
    private final List<Socket> sockets = new ArrayList<>();
    private @Nullable ClusterAdminServer running;

    @BeforeEach
    void lead() {
        cluster.elect(node);
        node.coordinator.has("orders", null, 400, TwoNodes.ORDERS);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        if (running != null) {
            running.close();
        }
    }

    private ClusterAdminServer start(String host, @Nullable Path tokens) {
        ClusterAdminServer server = ClusterAdminServer.start(
                node,
                new ClusterAdminSettings(
                        host,
                        0,
                        new AdminEncryption.Loopback(),
                        tokens,
                        null,
                        List.of("admin.example"),
                        temporary.resolve("audit")));
        running = server;
        return server;
    }

    private record Answer(int status, String head, JsonNode body) {}

    private Socket open() throws IOException {
        int port = Optional.ofNullable(running).orElseThrow().port();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private Answer ask(String request, String headers, String body) throws IOException {
        Socket socket = open();
        String host = headers.contains("Host:") ? "" : "Host: localhost\r\n";
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        send(
                socket,
                request + " HTTP/1.1\r\n" + host + headers.replace("\n", "\r\n") + length + "Connection: close\r\n\r\n"
                        + body);
        return answer(socket);
    }

    private static Answer answer(Socket socket) throws IOException {
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = all.indexOf("\r\n\r\n");
        assertThat(end).as("the answer %s", all).isPositive();
        String head = all.substring(0, end);
        String body = all.substring(end + 4);
        return new Answer(Integer.parseInt(head.split(" ", 3)[1]), head, TwoNodes.json(body.isBlank() ? "{}" : body));
    }

    @ParameterizedTest
    @DisplayName("What is no request as it should be is answered in JSON, too, and every answer is a whole line")
    @CsvSource(delimiter = '|', textBlock = """
            GET /v1/changefeeds/..%2f..%2fetc    | 400
            GET /v1/nothing                      | 404
            GET /v1/changefeeds                  | 200
            """)
    void malformed(String request, int status) throws IOException {
        start("127.0.0.1", null);
        Socket socket = open();
        send(socket, request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(all)
                .startsWith("HTTP/1.1 " + status)
                .contains("application/json")
                .endsWith("}\n");
    }

    // ---- from where ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @DisplayName("Requests for other hosts, and of pages of other origins, are refused and change nothing")
    @CsvSource(delimiter = '|', textBlock = """
            Host: localhost                                     | 202
            Host: localhost:1234                                | 202
            Host: 127.0.0.1                                     | 202
            Host: [::1]:80                                      | 202
            Host: admin.example                                 | 202
            Host: evil.example                                  | 403
            Host: localhost.evil.example                        | 403
            Origin: http://evil.example                         | 403
            Origin: null                                        | 403
            Origin: http://localhost                            | 202
            Sec-Fetch-Site: cross-site                          | 403
            Sec-Fetch-Site: same-site                           | 403
            Sec-Fetch-Site: same-origin                         | 202
            Sec-Fetch-Site: none                                | 202
            """)
    void elsewhere(String header, int status) throws IOException {
        start("127.0.0.1", null);
        assertThat(ask(PAUSE, header + "\n", "").status()).isEqualTo(status);
        assertThat(node.coordinator.asked).hasSize(status == 202 ? 1 : 0);
    }

    @Test
    @DisplayName("Without tokens it listens at this machine only")
    void openToTheWorld() {
        assertThatThrownBy(() -> start("0.0.0.0", null))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("admin.tokens_file");
    }

    // ---- who -------------------------------------------------------------------------------------------------------

    private Path tokens(String... lines) throws IOException {
        return Files.write(temporary.resolve("tokens"), List.of(lines));
    }

    private static String line(String token, String role) {
        try {
            return HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)))
                    + " " + role;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @DisplayName("A token may do what its role allows, and nobody else anything")
    @CsvSource({
        "look, GET /v1/changefeeds, 200",
        "else, GET /v1/metrics, 401",
        "look, POST /v1/changefeeds/orders/pause, 403",
        "work, POST /v1/changefeeds/orders/pause, 202",
        "work, POST /v1/nodes/n1/drain, 202",
        "work, DELETE /v1/changefeeds/orders, 403",
        "work, POST /v1/nodes/n1/stop, 403",
        "rule, DELETE /v1/changefeeds/orders, 202",
        "rule, POST /v1/nodes/n1/stop, 202",
        "else, GET /v1/changefeeds, 401",
        "else, GET /v1/nothing, 401"
    })
    void roles(String token, String request, int status) throws IOException {
        start("127.0.0.1", tokens(line("look", "viewer"), line("work", "operator"), line("rule", "admin")));
        assertThat(ask(request, "Authorization: Bearer " + token + "\n", "").status())
                .isEqualTo(status);
        assertThat(node.coordinator.asked.size() + node.stops).isEqualTo(status == 202 ? 1 : 0);
    }

    @Test
    @DisplayName("Tokens can be replaced while it runs; a file with a mistake leaves those that were known")
    void reload() throws IOException {
        Path file = tokens(line("old", "viewer"));
        start("127.0.0.1", file);
        assertThat(ask("GET /v1/nodes", "", "").status()).isEqualTo(401);
        assertThat(ask("GET /v1/nodes", "Authorization: Bearer old\n", "").status())
                .isEqualTo(200);

        tokens("no token at all");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(ask("GET /v1/nodes", "Authorization: Bearer old\n", "").status())
                .isEqualTo(200);

        tokens(line("new", "viewer"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(9)));
        assertThat(ask("GET /v1/nodes", "Authorization: Bearer old\n", "").status())
                .isEqualTo(401);
        assertThat(ask("GET /v1/nodes", "Authorization: Bearer new\n", "").status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("A file of tokens with a mistake is refused at the start, with the line")
    void badTokens() throws IOException {
        Path file = tokens("# people", "abc admin");
        assertThatThrownBy(() -> start("127.0.0.1", file)).hasMessageContaining("line 2");
    }

    @Test
    @DisplayName("whoever may look gets the metrics as text, and answers are counted by their status and code")
    void metrics() throws IOException {
        ClusterAdminServer server = start("127.0.0.1", tokens(line("look", "viewer")));
        assertThat(ask("GET /v1/nodes", "", "").status()).isEqualTo(401);
        assertThat(ask("GET /v1/nothing", "Authorization: Bearer look\n", "").status())
                .isEqualTo(404);
        assertThat(ask("GET /v1/nodes", "Authorization: Bearer look\n", "").status())
                .isEqualTo(200);
        assertThat(server.answers())
                .containsExactly(entry("200", 1L), entry("401 MNT-6004", 1L), entry("404 MNT-6001", 1L));

        Socket socket = open();
        send(
                socket,
                String.join(
                        "\r\n",
                        "GET /v1/metrics HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer look",
                        "Connection: close",
                        "",
                        ""));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 200")
                .contains("text/plain; version=0.0.4")
                .contains("maintainer_node_ready 1.0");
    }

    @Test
    @DisplayName("Two are shown the metrics at a time: whoever scrapes without an end takes no thread from the probes")
    void scrapes() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        node.scraping = () -> {
            entered.countDown();
            awaitQuietly(go);
        };
        start("127.0.0.1", null);
        String scrape = "GET /v1/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        Socket first = open();
        Socket second = open();
        send(first, scrape);
        send(second, scrape);
        assertThat(entered.await(20, TimeUnit.SECONDS))
                .as("two scrapes have begun")
                .isTrue();

        assertThat(ask("GET /v1/metrics", "", "").status()).isEqualTo(429);
        assertThat(ask("GET /livez", "", "").status()).isEqualTo(200);
        go.countDown();
        assertThat(new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 200");
        assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 200");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS))
                    .as("the test lets it go on")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what ------------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Bodies are objects of JSON, and not longer than a mebibyte")
    void bodies() throws IOException {
        start("127.0.0.1", null);
        String move = "POST /v1/changefeeds/orders/move";
        String json = "Content-Type: application/json\n";
        assertThat(ask(move, json, "{\"node\":\"n1\"}").status()).isEqualTo(202);
        assertThat(ask(move, "Content-Type: application/json; charset=utf-8\n", "{\"node\":\"n1\"}")
                        .status())
                .isEqualTo(202);
        assertThat(ask(move, "Content-Type: text/plain\n", "{\"node\":\"n1\"}").status())
                .isEqualTo(415);
        assertThat(ask(move, "Content-Type: application/jsonp\n", "{\"node\":\"n1\"}")
                        .status())
                .isEqualTo(415);
        assertThat(ask(move, "", "{\"node\":\"n1\"}").status()).isEqualTo(415);
        assertThat(ask(move, json, "[]").status()).isEqualTo(400);
        assertThat(ask(move, json, "{\"node\":").status()).isEqualTo(400);
        assertThat(ask(move, json, "{\"node\":\"n1\",\"node\":\"n2\"}").status())
                .isEqualTo(400);
        assertThat(ask(move, json, "{\"node\":\"n1\"} {}").status()).isEqualTo(400);
        assertThat(ask(move, json, "[" + " ".repeat(1 << 20) + "]").status()).isEqualTo(413);
        assertThat(ask(move, json, nested(101)).body().path("message").asText()).contains("nesting depth");
        assertThat(ask(move, json, nested(100)).body().path("message").asText()).contains("needs 'node'");
        assertThat(node.coordinator.asked).hasSize(2);
    }

    private static String nested(int depth) {
        return "{\"x\":".repeat(depth) + 1 + "}".repeat(depth);
    }

    @Test
    @DisplayName("Keys, queries and paths that cannot be meant are refused")
    void heads() throws IOException {
        start("127.0.0.1", null);
        assertThat(ask(PAUSE, "Idempotency-Key: a b\n", "").status()).isEqualTo(400);
        assertThat(ask(PAUSE + "?dryRun", "", "").status()).isEqualTo(400);
        assertThat(ask(PAUSE + "?dryRun=1", "", "").status()).isEqualTo(400);
        assertThat(ask(PAUSE + "?dryrun=true", "", "").status()).isEqualTo(400);
        assertThat(ask(PAUSE + "?dryRun=true", "", "").status()).isEqualTo(202);
        assertThat(ask(PAUSE + "?a=%zz", "", "").status()).isEqualTo(400);
        assertThat(ask("GET /v1/changefeeds/%6frders", "", "").status()).isEqualTo(200);
        assertThat(ask("GET /v1/changefeeds/..", "", "").status()).isIn(400, 404);
        assertThat(node.coordinator.asked).isEmpty();

        assertThat(ask(PAUSE, "Idempotency-Key: k1\n", "").status()).isEqualTo(202);
        assertThat(ask(PAUSE, "Idempotency-Key: k1\n", "")
                        .body()
                        .path("replayed")
                        .asBoolean())
                .isTrue();
        assertThat(node.coordinator.asked).hasSize(1);
    }

    @Test
    @DisplayName("A version is sent as an ETag and comes back with If-Match, which must have one")
    void ifMatch() throws IOException {
        start("127.0.0.1", null);
        Answer shown = ask("GET /v1/changefeeds/orders", "", "");
        String version = shown.body().path("version").asText();
        assertThat(shown.head()).contains("ETag: \"" + version + "\"");

        assertThat(ask(PAUSE, "If-Match: \"7-0\"\n", "").status()).isEqualTo(412);
        assertThat(ask(PAUSE, "If-Match: W/\"" + version + "\"\n", "").status()).isEqualTo(400);
        assertThat(ask(PAUSE, "If-Match: \"" + version + "\", \"7-0\"\n", "").status())
                .isEqualTo(400);
        assertThat(node.coordinator.asked).isEmpty();
        assertThat(ask(PAUSE, "If-Match: \"" + version + "\"\n", "").status()).isEqualTo(202);
        assertThat(ask(PAUSE, "If-Match: *\n", "").status()).isEqualTo(202);
    }

    @Test
    @DisplayName("503 says when to ask again")
    void retryAfter() throws IOException {
        start("127.0.0.1", null);
        cluster.leader = null;
        Answer answer = ask("GET /v1/changefeeds", "", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head()).containsIgnoringCase("Retry-After:");
    }

    // ---- probes ----------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Probes need no token and no host, and tell a node that starts from one that is not well")
    void probes() throws IOException {
        start("127.0.0.1", tokens(line("rule", "admin")));
        node.member = false;
        node.notReady = Optional.of("it is not in the roster");
        assertThat(ask("GET /livez", "Host: 10.0.0.7\n", "").status()).isEqualTo(200);
        assertThat(ask("GET /startupz", "Host: 10.0.0.7\n", "").status()).isEqualTo(503);
        Answer ready = ask("GET /readyz", "Host: 10.0.0.7\n", "");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body().path("reason").asText()).isEqualTo("it is not in the roster");

        node.member = true;
        node.notReady = Optional.empty();
        node.notAlive = Optional.of("the lane has not moved");
        assertThat(ask("GET /readyz", "", "").status()).isEqualTo(200);
        assertThat(ask("GET /startupz", "", "").status()).isEqualTo(200);
        assertThat(ask("GET /livez", "", "").status()).isEqualTo(503);
    }

    // ---- many ------------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Bodies that do not come hold no thread: others are answered, and probes too")
    void slowBodies() throws IOException {
        start("127.0.0.1", null);
        for (int i = 0; i < 32; i++) {
            send(
                    open(),
                    PAUSE + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 20\r\n\r\n{");
        }
        assertThat(ask("GET /livez", "", "").status()).isEqualTo(200);
        assertThat(ask("GET /v1/changefeeds", "", "").status()).isEqualTo(200);
        assertThat(node.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("More requests at a time than there may be are told to come again; probes are answered")
    void tooMany() throws IOException, InterruptedException {
        start("127.0.0.1", null);
        CountDownLatch waiting = new CountDownLatch(2);
        CountDownLatch opened = new CountDownLatch(1);
        node.opening = () -> {
            waiting.countDown();
            try {
                assertThat(opened.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            List<Socket> creations = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String body = "{\"name\":\"c" + i + "\",\"source\":\"s:1\",\"sink\":\"k:" + i + "\"}";
                Socket socket = open();
                creations.add(socket);
                send(
                        socket,
                        "POST /v1/changefeeds HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
            assertThat(waiting.await(30, TimeUnit.SECONDS))
                    .as("two sources being opened")
                    .isTrue();
            assertThat(ask("GET /livez", "", "").status()).isEqualTo(200);
            awaitAnAnswer(creations);
            opened.countDown();
            List<Integer> statuses = new ArrayList<>();
            for (Socket each : creations) {
                statuses.add(answer(each).status());
            }
            assertThat(statuses).containsOnly(201, 429).contains(429);
        } finally {
            opened.countDown();
        }
    }

    private static void awaitAnAnswer(List<Socket> sockets) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        boolean answered = false;
        while (!answered) {
            assertThat(System.nanoTime()).as("waited 30 s for a refusal").isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(5);
            for (Socket each : sockets) {
                answered |= each.getInputStream().available() > 0;
            }
        }
    }

    @Test
    @DisplayName("Who has not shown a token is not kept for long, however slowly it speaks")
    void strangers() throws IOException {
        start("127.0.0.1", tokens(line("rule", "admin")));
        Socket slow = open();
        slow.setSoTimeout(500);
        send(slow, "GET /v1/nodes HTTP/1.1\r\nX-Slow: ");
        assertThat(isClosedWhileItDrips(slow)).isTrue();
        for (int i = 0; i < 150; i++) {
            assertThat(ask(PAUSE, "", "").status()).isEqualTo(401);
        }
        assertThat(Files.readAllLines(temporary.resolve("audit").resolve("audit.log")))
                .hasSize(100);
    }

    /** Sends a byte now and then, so that it is never idle; gives up after a while. */
    private static boolean isClosedWhileItDrips(Socket socket) throws IOException {
        int bytes = 0;
        while (bytes < 60) {
            try {
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException e) {
                bytes++;
                try {
                    send(socket, "x");
                } catch (SocketException closed) {
                    return true;
                }
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }
}
