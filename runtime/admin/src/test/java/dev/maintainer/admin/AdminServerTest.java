package dev.maintainer.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.admin.http.ConnectionGuard;
import dev.maintainer.admin.testing.FakeClusterAdmin;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.whatif.SnapshotFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private static final SortedMap<String, String> NONE = new TreeMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final FakeClusterAdmin cluster = new FakeClusterAdmin();
    private final CompletableFuture<String> stopped = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init")
    private AdminServer server;

    @BeforeEach
    void start() {
        server = AdminServer.start(cluster, AdminDirectory.own(path()), 0, () -> stopped.complete("stopped"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path path() {
        return temporary.resolve("admin");
    }

    private AdminClient client() {
        return new AdminClient(AdminDirectory.of(path()));
    }

    private List<JsonNode> audit() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path().resolve("audit.log"))) {
            lines.add(AdminJson.STRICT.readTree(line));
        }
        return lines;
    }

    /** An answer as it is on the wire. */
    private record Answer(int status, String head, String body) {
        JsonNode json() throws IOException {
            return AdminJson.STRICT.readTree(body);
        }
    }

    private String token() throws IOException {
        return Files.readString(path().resolve("token")).strip();
    }

    private Answer ask(String method, String target, String host, String authorization, String body)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            String request = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n")
                    + (body.isEmpty() ? "" : "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n")
                    + "\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        }
    }

    private Answer ask(String method, String target, String body) throws IOException {
        return ask(method, target, "127.0.0.1:" + server.port(), "Bearer " + token(), body);
    }

    @Test
    @DisplayName("address and token lie in a directory that only its owner can enter, in files that only it can read")
    void files() throws IOException {
        JsonNode address = AdminJson.STRICT.readTree(Files.readString(path().resolve("admin.json")));
        assertThat(address.path("address").textValue())
                .isEqualTo(InetAddress.getLoopbackAddress().getHostAddress());
        assertThat(address.path("port").intValue()).isEqualTo(server.port());
        assertThat(address.path("pid").longValue())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(token()).matches("[0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rwx------");
        for (String file : List.of("admin.json", "token", "audit.log", "lock")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path().resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
        server.close();
        assertThat(path().resolve("admin.json")).doesNotExist();
        assertThat(path().resolve("token")).doesNotExist();
        assertThat(path().resolve("audit.log")).exists();
    }

    @Test
    @DisplayName("each start has another token")
    void tokensDiffer() throws IOException {
        String first = token();
        server.close();
        start();
        assertThat(token()).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer 0000", "Basic abc"})
    @DisplayName("without the token: 401, and nobody is asked")
    void noToken(String authorization) throws IOException {
        Answer answer = ask("GET", "/v1/changefeeds", "127.0.0.1", authorization, "");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("code").textValue()).isEqualTo("MNT-6004");
        assertThat(answer.json().path("hint").textValue()).contains("admin directory");
        assertThat(cluster.asked).isEmpty();
    }

    @Test
    @DisplayName("a token that is nearly right is wrong, and so is one with more behind it")
    void nearlyTheToken() throws IOException {
        String right = token();
        char other = right.charAt(63) == '0' ? '1' : '0';
        for (String wrong : List.of(right.substring(0, 63), right.substring(0, 63) + other, right + "0")) {
            assertThat(ask("GET", "/v1/nodes", "127.0.0.1", "Bearer " + wrong, "")
                            .status())
                    .isEqualTo(401);
        }
        assertThat(ask("GET", "/v1/nodes", "127.0.0.1", "Bearer " + right, "").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 403",
        "evil.example:80, 403",
        "127.0.0.1.evil.example, 403",
        "127.0.0.1:1, 200",
        "localhost, 200",
        "localhost:99, 200",
        "[::1]:99, 200"
    })
    @DisplayName("a page whose name leads here does not get in, even with the token")
    void hosts(String host, int status) throws IOException {
        assertThat(ask("GET", "/v1/nodes", host, "Bearer " + token(), "").status())
                .isEqualTo(status);
    }

    @Test
    @DisplayName("questions are got, changes are posted")
    void methods() throws IOException {
        Answer posted = ask("POST", "/v1/nodes", "");
        assertThat(posted.status()).isEqualTo(405);
        assertThat(posted.head()).containsIgnoringCase("Allow: GET");
        Answer got = ask("GET", "/v1/apply?plan=4", "");
        assertThat(got.status()).isEqualTo(405);
        assertThat(got.head()).containsIgnoringCase("Allow: POST");
        assertThat(cluster.asked).isEmpty();
    }

    @Test
    @DisplayName("unknown verbs, parameters and values are named, with what was probably meant")
    void unknown() throws IOException {
        Answer verb = ask("GET", "/v1/changefeds", "");
        assertThat(verb.status()).isEqualTo(404);
        assertThat(verb.json().path("message").textValue())
                .contains("no verb is called 'changefeds', did you mean 'changefeeds'?");
        assertThat(ask("GET", "/", "").status()).isEqualTo(404);
        assertThat(ask("GET", "/v1/spans?tabel=1", "").body()).contains("did you mean 'table'?");
        assertThat(ask("GET", "/v1/spans?limit=-1", "").body()).contains("limit '-1'");
        assertThat(ask("GET", "/v1/spans?limit=-1", "").body()).contains("from 1 to 10000");
        assertThat(ask("GET", "/v1/spans?limit=0", "").body()).contains("limit '0'", "from 1 to 10000");
        assertThat(ask("GET", "/v1/spans?state=gone", "").body()).contains("no span is ever 'gone'");
        assertThat(ask("GET", "/v1/spans?changefeed=x", "").body()).contains("no changefeed is called 'x'");
        assertThat(ask("GET", "/v1/explain", "").body()).contains("needs a span");
        assertThat(ask("GET", "/v1/why-not?span=1&node=%20", "").body()).contains("needs a node");
        for (String bad : List.of(
                "spans?tabel=1",
                "spans?limit=-1",
                "spans?limit=0",
                "spans?limit=%D9%A1",
                "explain?span=%ff",
                "explain?span=a%ed%a0%80",
                "spans?state=gone",
                "explain",
                "spans?after=x&limit=x")) {
            assertThat(ask("GET", "/v1/" + bad, "").status()).as(bad).isEqualTo(400);
        }
        assertThat(ask("GET", "/v1/spans?changefeed=x", "").status()).isEqualTo(404);
        assertThat(ask("GET", "/v1/spans?limit=1&limit=2", "").status()).isEqualTo(400);
        assertThat(ask("GET", "/v1/spans?limit", "").status()).isEqualTo(400);
        assertThat(ask("GET", "/v1/spans?table=%zz", "").status()).isEqualTo(400);
    }

    @Test
    @DisplayName("moves, splits and merges by hand, with a dry run; a split needs parts or keys")
    void byHand() throws IOException {
        assertThat(ask("POST", "/v1/move?span=1&node=n2&dry-run=true", "").status())
                .isEqualTo(200);
        assertThat(ask("POST", "/v1/split?span=1&parts=3", "").status()).isEqualTo(200);
        assertThat(ask("POST", "/v1/split", "{\"span\":1,\"keys\":[\"k\",\"m\\n\"]}")
                        .body())
                .contains("\"cuts\"", "is done");
        assertThat(ask("POST", "/v1/merge?span=1", "").status()).isEqualTo(200);
        assertThat(cluster.asked)
                .containsExactly("move 1 to n2, dry", "split 1 into 3 at []", "split 1 into 0 at [k, m\n]", "merge 1");
        assertThat(ask("POST", "/v1/split?span=1", "").body())
                .contains("needs either 'parts' (--parts), two or more, or 'keys' (--at)");
        assertThat(ask("POST", "/v1/split?span=1&parts=3&keys=%5B%22k%22%5D", "")
                        .body())
                .contains("not both");
        for (String keys : List.of("k", "%5B%5D", "%5B1%5D", "%5B%22%22%5D", "%7B%7D")) {
            Answer answer = ask("POST", "/v1/split?span=1&keys=" + keys, "");
            assertThat(answer.status()).as(keys).isEqualTo(400);
            assertThat(answer.body()).contains("must be a JSON array of texts");
        }
        assertThat(ask("POST", "/v1/move?span=1&node=n2&dry-run=yes", "").body())
                .contains("must be true or false");
        assertThat(ask("GET", "/v1/merge?span=1", "").status()).isEqualTo(405);
    }

    @Test
    @DisplayName("arguments may come in a JSON object; other bodies, and such as are too long, are refused")
    void bodies() throws IOException {
        assertThat(ask("POST", "/v1/apply", "{\"plan\":4}").status()).isEqualTo(200);
        assertThat(cluster.asked).containsExactly("apply 4");
        assertThat(ask("POST", "/v1/apply", "{\"plan\":[4]}").status()).isEqualTo(400);
        assertThat(ask("POST", "/v1/apply", "{\"plan\":4,\"plan\":5}").status()).isEqualTo(400);
        assertThat(ask("POST", "/v1/apply?plan=4", "{\"plan\":4}").status()).isEqualTo(400);
        assertThat(ask("POST", "/v1/apply", "[4]").status()).isEqualTo(400);
        assertThat(ask("POST", "/v1/apply", "plan").status()).isEqualTo(400);
        assertThat(ask("POST", "/v1/apply", "{\"plan\":4}" + " ".repeat(1 << 20))
                        .status())
                .isEqualTo(413);
        assertThat(cluster.asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"span\":1,\"keys\":[\"\\ud800\"]}",
                "{\"span\":1,\"keys\":\"[\\\"\\\\ud800\\\"]\"}",
                "{\"span\":\"\\ude00\",\"keys\":[\"k\"]}",
                "{\"sp\\ud83dan\":1}"
            })
    @DisplayName("half a surrogate pair is no text: it would silently become another key")
    void surrogates(String body) throws IOException {
        Answer answer = ask("POST", "/v1/split", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("surrogate pair");
        assertThat(cluster.asked).isEmpty();
        assertThat(ask("POST", "/v1/split", "{\"span\":1,\"keys\":[\"\\ud83d\\ude00\ufffd\"]}")
                        .status())
                .isEqualTo(200);
        assertThat(ask("GET", "/v1/explain?span=%EF%BF%BD", "").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("whoever does not send all of a body is told so, and the log does not fill with it")
    void unfinishedBody() throws IOException {
        server.patience(200);
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        PrintStream usual = System.err;
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST /v1/apply HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token()
                                    + "\r\nContent-Length: 9\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).startsWith("HTTP/1.1 408 ").contains("MNT-2001", "did not come in time");
        } finally {
            System.setErr(usual);
        }
        assertThat(logged.toString(StandardCharsets.UTF_8).lines()).hasSizeLessThanOrEqualTo(1);
        assertThat(cluster.asked).isEmpty();
    }

    @Test
    @DisplayName("a change leaves one line, whether it is carried out, refused, fails, or was never understood")
    void audited() throws IOException {
        client().ask("scheduler-set", true, new TreeMap<>(Map.of("scheduler", "spread")));
        cluster.failure = new MaintainerException(ErrorCode.PLAN_OUTDATED, "n2 has gone; make another plan");
        Answer outdated = ask("POST", "/v1/apply?plan=4", "");
        assertThat(outdated.status()).isEqualTo(409);
        assertThat(outdated.json().path("code").textValue()).isEqualTo("MNT-4010");
        assertThat(outdated.json().path("hint").textValue()).isEqualTo("make another plan");
        cluster.failure = new IllegalStateException("a bug");
        assertThat(ask("POST", "/v1/plan", "").status()).isEqualTo(500);
        ask("POST", "/v1/apply?plan=x", "");
        ask("GET", "/v1/apply?plan=4", "");
        ask("POST", "/v1/plan?changefeed=x", "");
        ask("POST", "/v1/stop", "127.0.0.1", "", "");
        client().ask("nodes", false, NONE);

        List<JsonNode> lines = audit();
        assertThat(lines)
                .extracting(line -> line.path("verb").textValue()
                        + " " + line.path("arguments")
                        + " " + line.path("outcome").textValue()
                        + " " + line.path("code").textValue())
                .containsExactly(
                        "scheduler-set {\"scheduler\":\"spread\"} done ",
                        "apply {\"plan\":\"4\"} refused MNT-4010",
                        "plan {} failed ",
                        "apply {\"plan\":\"x\"} refused MNT-2001",
                        "apply {} refused MNT-6004",
                        "plan {\"changefeed\":\"x\"} refused MNT-6001",
                        "stop {} refused MNT-6004");
        assertThat(lines.get(0).path("time").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(lines.get(0).path("message").textValue()).isEqualTo("set spread is done");
        assertThat(stopped).isNotDone();
    }

    @Test
    @DisplayName("strangers cannot fill the disk with their knocking")
    void strangersAreCounted() throws IOException {
        for (int i = 0; i < 120; i++) {
            assertThat(ask("POST", "/v1/stop", "127.0.0.1", "", "").status()).isEqualTo(401);
        }
        assertThat(audit()).hasSize(100);
        assertThat(audit().get(99).path("message").textValue()).contains("100th");
    }

    @Test
    @DisplayName("a change that cannot be written down is not begun")
    void auditLogGone() throws IOException {
        Files.delete(path().resolve("audit.log"));
        Files.createDirectory(path().resolve("audit.log"));
        Answer answer = ask("POST", "/v1/apply?plan=4", "");
        assertThat(answer.status()).isNotEqualTo(200);
        assertThat(answer.body()).contains("audit log").contains("cannot be written");
        assertThat(cluster.asked).isEmpty();
        assertThat(ask("GET", "/v1/nodes", "").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("an audit log that was moved away is begun anew, for its owner alone")
    void auditLogRotated() throws IOException {
        Files.move(path().resolve("audit.log"), path().resolve("audit.log.1"));
        assertThat(ask("POST", "/v1/apply?plan=4", "").status()).isEqualTo(200);
        assertThat(audit()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path().resolve("audit.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    @DisplayName("while a change is under way another one is refused, and questions are answered")
    void oneChangeAtATime() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<String> gate = new CompletableFuture<>();
        cluster.gate = gate;
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> {
            try {
                return ask("POST", "/v1/scheduler-set?scheduler=spread", "").status();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        cluster.begun.get(20, TimeUnit.SECONDS);
        Answer second = ask("POST", "/v1/apply?plan=4", "");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body()).contains("another change is under way");
        assertThat(ask("GET", "/v1/changefeeds", "").status()).isEqualTo(200);
        gate.complete("");
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(200);
        assertThat(ask("POST", "/v1/apply?plan=4", "").status()).isEqualTo(200);
    }

    /** Connections that say little or nothing, and never end. */
    private List<Socket> loiterers(int count, String said) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        return sockets;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /v1/no",
                "POST /v1/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{",
                "POST /v1/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer 1\r\nContent-Length: 9\r\n\r\n{"
            })
    @DisplayName("However many connections loiter without the token, whoever has it is answered")
    void loiterers(String said) throws IOException {
        List<Socket> sockets = loiterers(2 * ConnectionGuard.MOST, said);
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(ask("GET", "/v1/changefeeds", "").status()).isEqualTo(200);
            }
            assertThat(server.unknownConnections()).isLessThanOrEqualTo(ConnectionGuard.MOST_AT_ONCE);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("A thousand requests at once with the token: each is answered, or told to come again")
    void flood() throws Exception {
        CompletableFuture<String> gate = new CompletableFuture<>();
        cluster.gate = gate;
        List<Socket> sockets = new ArrayList<>();
        String request =
                "POST /v1/apply?plan=4 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer "
                        + token() + "\r\n\r\n";
        try {
            for (int i = 0; i < 1_000; i++) {
                sockets.addAll(loiterers(1, request));
            }
            cluster.begun.get(20, TimeUnit.SECONDS);
            gate.complete("");
            Map<Integer, Integer> statuses = new TreeMap<>();
            for (Socket socket : sockets) {
                socket.setSoTimeout(20_000);
                String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int status = Integer.parseInt(text.substring(9, 12));
                statuses.merge(status, 1, Integer::sum);
                if (status == 429) {
                    assertThat(text).containsIgnoringCase("Retry-After: 1").contains("ask again in a second");
                }
            }
            assertThat(statuses).containsKeys(200, 429).doesNotContainKey(500);
            assertThat(statuses.values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(1_000);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("What is no HTTP, or has a head without end, is refused as all else is")
    void malformed() throws IOException {
        for (String said : List.of(
                "hello\r\n\r\n",
                "GET /v1/nodes HTTP/1.1\r\n\r\n",
                "GET /v1/nodes HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(text).startsWith("HTTP/1.1 4").contains("MNT-2001").doesNotContain("<html");
            }
        }
    }

    @Test
    @DisplayName("stop is answered before anything stops")
    void stops() throws InterruptedException, ExecutionException, TimeoutException {
        assertThat(client().ask("stop", true, NONE).path("message").textValue()).contains("stops");
        assertThat(stopped.get(20, TimeUnit.SECONDS)).isEqualTo("stopped");
    }

    @Test
    @DisplayName("a cluster that nobody holds up cannot be stopped, and says so")
    void notHeld() {
        server.close();
        server = AdminServer.start(cluster, AdminDirectory.own(path()), 0, null);
        assertThatThrownBy(() -> client().ask("stop", true, NONE))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_REFUSED))
                .hasMessageContaining("not held up");
    }

    @Test
    @DisplayName("a port that is taken is a configuration that cannot be used, and the directory is free again")
    void portTaken() {
        Path other = temporary.resolve("other");
        assertThatThrownBy(() -> AdminServer.start(cluster, AdminDirectory.own(other), server.port(), null))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("--admin-port");
        AdminServer.start(cluster, AdminDirectory.own(other), 0, null).close();
    }

    @Test
    @DisplayName("a refusal comes to the client with its code, and a bug of the server is no missing node")
    void refusals() {
        cluster.failure = new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "n1 does not answer; ask again");
        assertThatThrownBy(() -> client().ask("plan", true, NONE))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
                .hasMessage("n1 does not answer; ask again");
        cluster.failure = new IllegalStateException("a bug");
        assertThatThrownBy(() -> client().ask("plan", true, NONE))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_REFUSED))
                .hasMessageContaining("a bug");
    }

    @Test
    @DisplayName("after the end, and before the start, a client says that there is no node")
    void nobodyThere() throws IOException {
        String address = Files.readString(path().resolve("admin.json"));
        String token = token();
        server.close();
        assertThatThrownBy(() -> client().ask("nodes", false, NONE))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
                .hasMessageContaining("run --hold");
        // As a node leaves it that was killed.
        Files.writeString(path().resolve("admin.json"), address);
        Files.writeString(path().resolve("token"), token);
        assertThatThrownBy(() -> client().ask("nodes", false, NONE))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        start();
        assertThat(client().ask("nodes", false, NONE)).hasSize(2);
    }

    @Test
    @DisplayName("a snapshot is what 'plan --snapshot' reads")
    void snapshot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        client().copy("snapshot", NONE, out);
        Path file = Files.write(temporary.resolve("snapshot.json"), out.toByteArray());
        assertThat(SnapshotFile.read(file).spans())
                .containsExactlyInAnyOrderElementsOf(
                        cluster.snapshot(FakeClusterAdmin.FEED).spans());
    }
}
