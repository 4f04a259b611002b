package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.admin.AdminDirectory;
import dev.maintainer.admin.AdminServer;
import dev.maintainer.admin.testing.FakeClusterAdmin;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.replication.json.StrictJson;
import dev.maintainer.whatif.SnapshotFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CtlCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final FakeClusterAdmin cluster = new FakeClusterAdmin();
    private final StringWriter printed = new StringWriter();

    @SuppressWarnings("NullAway.Init")
    private AdminServer server;

    @BeforeEach
    void start() {
        server = AdminServer.start(cluster, AdminDirectory.own(admin()), 0, () -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path admin() {
        return temporary.resolve("admin");
    }

    private int ctl(String... arguments) {
        List<String> all = new ArrayList<>(List.of("ctl", "--admin-dir", admin().toString()));
        all.addAll(List.of(arguments));
        return Console.execute(printed, all.toArray(String[]::new));
    }

    @Test
    @DisplayName("every verb as people see it, in lines of at most a hundred columns")
    void transcript() throws IOException {
        StringBuilder transcript = new StringBuilder();
        for (String verb : List.of(
                "changefeeds",
                "nodes",
                "spans --limit 2",
                "operators",
                "scheduler list",
                "scheduler status",
                "scheduler set spread",
                "scheduler shadow basic",
                "scheduler shadow --off",
                "explain shop.orders",
                "why-not shop.orders n9",
                "why-not shop.orders n1",
                "blame",
                "barriers",
                "plan",
                "plan --scheduler basic",
                "apply 4",
                "operator cancel shop.orders",
                "barrier skip ddl@400 --dry-run",
                "barrier retry ddl@400",
                "placements",
                "pause",
                "resume",
                "drain",
                "drain n2",
                "drain --cancel",
                "stop")) {
            printed.getBuffer().setLength(0);
            int status = ctl(verb.split(" "));
            transcript.append("$ ctl ").append(verb).append('\n').append(printed);
            assertThat(status).as(printed.toString()).isZero();
        }
        String text = transcript.toString().replace(System.lineSeparator(), "\n");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        try (InputStream golden = CtlCommandTest.class.getResourceAsStream("ctl.txt")) {
            assertThat(golden).isNotNull();
            assertThat(text).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    @DisplayName("options arrive at the node")
    void options() {
        assertThat(ctl("spans", "--node", "n1", "--table", "a&b=c", "--state", "absent", "--after", "1:x"))
                .isZero();
        assertThat(cluster.asked)
                .containsExactly("spans SpanQuery[node=n1, table=a&b=c, state=ABSENT, after=1:x, limit=100]");
        assertThat(ctl("blame", "--changefeed", "orders")).isZero();
    }

    @Test
    @DisplayName("'barriers' takes a changefeed as an argument, too, but not another one than --changefeed")
    void barriersOf() {
        assertThat(ctl("barriers", "orders")).isZero();
        assertThat(ctl("--changefeed", "orders", "barriers", "orders")).isZero();
        assertThat(cluster.asked).containsExactly("barriers of orders", "barriers of orders");
        assertThat(ctl("barriers", "nobody")).isEqualTo(1);
        assertThat(ctl("--changefeed", "orders", "barriers", "orders/redo")).isEqualTo(2);
        assertThat(printed.toString())
                .contains("MNT-6001 no changefeed is called 'nobody'")
                .contains("'barriers' takes one changefeed, and there are two: orders/redo and --changefeed orders");
    }

    @Test
    @DisplayName(
            "'blame' names the block event at which dispatchers wait, the participant that is missing, and what to do")
    void blameOfABlockEvent() {
        cluster.diagnosis = new CheckpointDiagnosis(
                FakeClusterAdmin.FEED,
                450,
                CheckpointConstraint.Kind.BARRIER,
                new NodeId("n2"),
                null,
                31_000,
                "dispatchers of n2 wait at a block event; block event syncpoint@500 is COLLECTING and has not moved for"
                        + " 30500 ms, 3 spans wait at it; dispatcher 0a of table 1 on n3, at 440, has not come to it;"
                        + " look at n3, or wait if it is catching up");

        assertThat(ctl("blame")).isZero();

        assertThat(printed.toString().lines())
                .containsExactly(
                        "checkpoint 450 of orders has not risen for 31000 ms",
                        "held by BARRIER n2",
                        "  dispatchers of n2 wait at a block event",
                        "  block event syncpoint@500 is COLLECTING and has not moved for 30500 ms, 3 spans wait at it",
                        "  dispatcher 0a of table 1 on n3, at 440, has not come to it",
                        "  look at n3, or wait if it is catching up");
    }

    @Test
    @DisplayName("where no event is open, 'barriers' says so")
    void noBarriers() {
        StringWriter text = new StringWriter();
        CtlText.barriers(JsonNodeFactory.instance.arrayNode(), new PrintWriter(text, true));
        assertThat(text.toString().strip()).isEqualTo("no dispatcher waits at a block event");
    }

    @Test
    @DisplayName("--json is the answer for programs, before or behind the verb")
    void json() throws IOException {
        assertThat(ctl("--json", "nodes")).isZero();
        assertThat(StrictJson.MAPPER
                        .readTree(printed.toString())
                        .path(1)
                        .path("answers")
                        .isBoolean())
                .isTrue();
        printed.getBuffer().setLength(0);
        assertThat(ctl("plan", "--json")).isZero();
        assertThat(StrictJson.MAPPER.readTree(printed.toString()).path("id").intValue())
                .isEqualTo(4);
    }

    @Test
    @DisplayName("what the node refuses is status 1, with its code and words")
    void refused() {
        assertThat(ctl("blame", "--changefeed", "nobody")).isEqualTo(1);
        assertThat(printed.toString())
                .isEqualTo("maintainer: MNT-6001 no changefeed is called 'nobody'; there are [orders]\n");
        cluster.failure = new MaintainerException(ErrorCode.PLAN_OUTDATED, "n2 has gone; make another plan");
        assertThat(ctl("apply", "4")).isEqualTo(1);
        assertThat(printed.toString()).contains("MNT-4010 n2 has gone");
        cluster.failure = new IllegalStateException("a bug");
        assertThat(ctl("apply", "4")).isEqualTo(1);
    }

    @Test
    @DisplayName("what cannot be meant is status 2, with what was probably meant")
    void usage() {
        assertThat(ctl("chagefeeds")).isEqualTo(2);
        assertThat(printed.toString()).contains("did you mean 'changefeeds'?");
        assertThat(ctl()).isEqualTo(2);
        assertThat(ctl("explain")).isEqualTo(2);
        assertThat(ctl("apply", "four")).isEqualTo(2);
        assertThat(ctl("scheduler", "set")).isEqualTo(2);
        assertThat(printed.toString())
                .contains("usage: maintainer ctl scheduler ")
                .contains("'scheduler set' needs NAME, that of a scheduler, which is missing");
        assertThat(ctl("scheduler", "list", "spread")).isEqualTo(2);
        assertThat(ctl("scheduler", "shadow")).isEqualTo(2);
        assertThat(printed.toString()).contains("'scheduler shadow' needs NAME");
        assertThat(ctl("scheduler", "shadow", "spread", "--off")).isEqualTo(2);
        assertThat(ctl("scheduler", "lst")).isEqualTo(2);
        assertThat(ctl("split", "shop.orders", "--parts", "1")).isEqualTo(2);
        assertThat(ctl("split", "shop.orders")).isEqualTo(2);
        assertThat(printed.toString()).contains("'split' needs either --parts N, two or more, or --at KEY");
        assertThat(ctl("split", "shop.orders", "--parts", "2", "--at", "k")).isEqualTo(2);
        assertThat(printed.toString()).contains("and not both");
        assertThat(ctl("snapshot", "-o", temporary.resolve("none/file").toString()))
                .isEqualTo(2);
        assertThat(printed.toString())
                .contains("there is no directory " + temporary.resolve("none"))
                .doesNotContain(".tmp", "Exception");
        assertThat(cluster.asked).isEmpty();
    }

    @Test
    @DisplayName("half a surrogate pair as a key is status 2, and nobody is asked")
    void surrogates() {
        assertThat(ctl("split", "1", "--at", "k", "--at", "\ud800")).isEqualTo(2);
        assertThat(printed.toString()).contains("keys", "half a surrogate pair");
        assertThat(cluster.asked).isEmpty();
    }

    @Test
    @DisplayName("a damaged file in the admin directory is one line and status 3")
    void damagedDirectory() throws IOException {
        Files.writeString(admin().resolve("admin.json"), "");
        assertThat(ctl("nodes")).isEqualTo(3);
        assertThat(printed.toString().lines()).hasSize(1);
        assertThat(printed.toString())
                .contains("MNT-6003", "admin.json is empty")
                .doesNotContain("a bug of ours");
    }

    @Test
    @DisplayName("no node to ask, and one that does not answer, are status 3")
    void unreachable() {
        cluster.failure = new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "n1 does not answer; ask again");
        assertThat(ctl("plan")).isEqualTo(3);
        server.close();
        assertThat(ctl("nodes")).isEqualTo(3);
        assertThat(printed.toString())
                .contains("there is no admin.json; start one with 'run --hold'")
                .doesNotContain("Exception");
        Path file = temporary.resolve("snapshot.json");
        assertThat(ctl("snapshot", "-o", file.toString())).isEqualTo(3);
        assertThat(file).doesNotExist();
        assertThat(temporary.resolve("snapshot.json.tmp")).doesNotExist();
    }

    @Test
    @DisplayName("a snapshot goes to a file, packed if its name says so, or to standard output")
    void snapshot() throws IOException {
        for (String name : List.of("snapshot.json", "snapshot.json.gz")) {
            Path file = temporary.resolve(name);
            Files.writeString(file, "of yesterday");
            assertThat(ctl("snapshot", "-o", file.toString())).isZero();
            assertThat(SnapshotFile.read(file).spans()).hasSize(2);
        }
        assertThat(printed.toString()).isEmpty();
        assertThat(ctl("snapshot")).isZero();
        assertThat(StrictJson.MAPPER.readTree(printed.toString()).path("format").intValue())
                .isEqualTo(SnapshotFile.FORMAT);
    }

    @Test
    @DisplayName("columns that are too wide are cut, but the last, which goes on in the next line")
    void wide() {
        CtlText.table(
                new PrintWriter(printed, true),
                List.of("A", "B", "C"),
                List.of(List.of("a".repeat(90), "b".repeat(70), "c ".repeat(60) + "d".repeat(120))));
        assertThat(printed.toString().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(printed.toString()).contains("a~  ", "b~  ");
        assertThat(printed.toString().chars().filter(each -> each == 'd').count())
                .isEqualTo(120);
    }
}
