package dev.maintainer.it.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.admin.BarrierRow;
import dev.maintainer.admin.ClusterAdmin;
import dev.maintainer.admin.LocalClusterAdmin;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.node.run.RunListener;
import dev.maintainer.node.run.RunOptions;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.node.run.RunSink;
import dev.maintainer.node.run.RunningCluster;
import dev.maintainer.node.run.SchedulerOptions;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.SinkProvider;
import dev.maintainer.replication.event.RowEvent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running cluster whose sink refuses DDLs: people are told, decide, and it goes on. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RefusedDdlTest {
    private static final ChangefeedId FEED = new ChangefeedId("changelog");
    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final TableName USERS = new TableName("shop", "users");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    /** While it exists, the sink refuses; it has a line for each DDL that was executed. */
    @SuppressWarnings("NullAway.Init")
    private Path refuse;

    @SuppressWarnings("NullAway.Init")
    private URLClassLoader loader;

    @BeforeEach
    void buildSink() throws Exception {
        refuse = temporary.resolve("refuse");
        Path jars = Files.createDirectory(temporary.resolve("connectors"));
        Path jar = PluginBuilder.empty()
                .source("com.example.Moody", """
                        package com.example;

                        import dev.maintainer.api.error.*;
                        import dev.maintainer.api.model.*;
                        import dev.maintainer.replication.*;
                        import dev.maintainer.replication.event.*;
                        import java.nio.file.*;
                        import java.util.*;
                        import java.util.function.Supplier;

                        public final class Moody implements SinkProvider {
                            @Override public String scheme() { return "moody"; }
                            @Override public String description() { return "keeps nothing, and refuses DDLs"; }
                            @Override public Sink open(ConnectorAddress address, SortedMap<String, String> settings,
                                    ChangefeedId changefeed, String source) {
                                Path refuse = Path.of(address.location());
                                return new Sink() {
                                    @Override public Fencing fencing() { return Fencing.LEASED; }
                                    @Override public void fence(ChangefeedId of, MaintainerEpoch epoch) {}
                                    @Override public SpanWriter open(TableSpan span, DispatcherId dispatcher,
                                            MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
                                        return new SpanWriter() {
                                            @Override public WriteResult write(List<RowEvent> rows) { return WriteResult.DURABLE; }
                                            @Override public WriteResult writeDdls(List<DdlEvent> ddls) {
                                                for (DdlEvent ddl : ddls) {
                                                    try {
                                                        if (Files.exists(refuse)
                                                                && ddl.statement().contains(Files.readString(refuse).strip())) {
                                                            throw new MaintainerException(ErrorCode.DDL_REFUSED,
                                                                    "no right to say '" + ddl.statement() + "'");
                                                        }
                                                        Files.writeString(refuse.resolveSibling("executed"), ddl.statement() + "\\n",
                                                                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                                                    } catch (java.io.IOException e) {
                                                        throw new java.io.UncheckedIOException(e);
                                                    }
                                                }
                                                return WriteResult.DURABLE;
                                            }
                                            @Override public void seal() {}
                                        };
                                    }
                                    @Override public long rowsApplied() { return 0; }
                                    @Override public long rowsAppliedAgain() { return 0; }
                                    @Override public void close() {}
                                };
                            }
                        }
                        """)
                .entry(
                        "META-INF/services/" + SinkProvider.class.getName(),
                        "com.example.Moody\n".getBytes(StandardCharsets.UTF_8))
                .jar(jars, "moody.jar");
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, RefusedDdlTest.class.getClassLoader());
    }

    @AfterEach
    void close() throws Exception {
        loader.close();
    }

    /** A person with an admin interface, or nobody. */
    private static final class Person implements RunListener {
        private final boolean there;
        private final CompletableFuture<RunningCluster> cluster = new CompletableFuture<>();

        Person(boolean there) {
            this.there = there;
        }

        @Override
        public boolean takesRequests() {
            return there;
        }

        @Override
        public void arrived(RunningCluster running) {
            cluster.complete(running);
        }

        @Override
        public void replicated() {}

        @Override
        public void left() {}

        ClusterAdmin admin() throws Exception {
            RunningCluster running = cluster.get(1, TimeUnit.MINUTES);
            return new LocalClusterAdmin(
                    running.cluster(), running.schedulers(), running.tables(), running.statistics());
        }
    }

    private RunResult run(Person person) throws RunFailedException, InterruptedException {
        ChangeLogBuilder log = new ChangeLogBuilder().createTable(10, ORDERS).createTable(11, USERS);
        for (int row = 0; row < 50; row++) {
            log.row(100 + row, row % 2 == 0 ? ORDERS : USERS, RowEvent.Op.I, "k" + row, "{}");
        }
        log.dropTable(200, ORDERS).row(300, USERS, RowEvent.Op.I, "last", "{}");
        return new RunDriver(
                        new ChangeLogSource(log.build("digest"), new Frontier(9)),
                        new RunSink(
                                new ConnectorAddress("moody", refuse.toString()),
                                new TreeMap<>(),
                                Connectors.load(loader)),
                        RunOptions.builder(SchedulerOptions.of("balance"))
                                .seed(7)
                                .build(),
                        null,
                        snapshot -> {},
                        person)
                .run();
    }

    private CompletableFuture<RunResult> running(Person person) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return run(person);
            } catch (RunFailedException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private List<String> executed() throws Exception {
        return Files.readAllLines(temporary.resolve("executed"));
    }

    private static BarrierRow refused(ClusterAdmin admin) throws Exception {
        while (true) {
            try {
                for (BarrierRow row : admin.barriers(FEED)) {
                    if (row.phase() == BarrierPhase.REFUSED) {
                        return row;
                    }
                }
            } catch (MaintainerException e) {
                assertThat(e.code()).as("it has not begun").isIn(ErrorCode.UNKNOWN_NAME, ErrorCode.NODE_UNAVAILABLE);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    @DisplayName(
            "a drop that is refused stops the changefeed with its statement; the cause is mended, and a retry goes on")
    void retried() throws Exception {
        Files.writeString(refuse, "DROP TABLE shop.orders");
        Person person = new Person(true);
        CompletableFuture<RunResult> run = running(person);
        ClusterAdmin admin = person.admin();

        BarrierRow row = refused(admin);
        assertThat(row.statement()).isEqualTo("DROP TABLE shop.orders");
        assertThat(row.refusal()).isEqualTo("no right to say 'DROP TABLE shop.orders'");
        assertThat(admin.blame(FEED).text()).contains("DROP TABLE shop.orders", "no right to say");
        assertThat(admin.decide(FEED, "ddl@200", RefusalDecision.RETRY, true).message())
                .contains("nothing was done", "attempt 1 was refused");

        admin.decide(FEED, "ddl@200", RefusalDecision.RETRY, false);
        assertThat(refused(admin).text()).contains("no right to say");
        Files.delete(refuse);
        admin.decide(FEED, "ddl@200", RefusalDecision.RETRY, false);

        assertThat(run.get(1, TimeUnit.MINUTES).checkpointTs()).isEqualTo(300);
        assertThat(executed()).containsOnlyOnce("DROP TABLE shop.orders");
    }

    @Test
    @DisplayName("a drop that is skipped is never executed, and the changefeed goes on behind it")
    void skipped() throws Exception {
        Files.writeString(refuse, "DROP TABLE shop.orders");
        Person person = new Person(true);
        CompletableFuture<RunResult> run = running(person);
        ClusterAdmin admin = person.admin();
        refused(admin);

        assertThatThrownBy(() -> admin.decide(FEED, "ddl@201", RefusalDecision.SKIP, false))
                .hasMessageContaining("no block event 'ddl@201'")
                .hasMessageContaining("ddl@200");
        assertThat(admin.decide(FEED, "ddl@200", RefusalDecision.SKIP, true).message())
                .contains("would count as executed", "cannot be undone");
        assertThat(admin.decide(FEED, "ddl@200", RefusalDecision.SKIP, false).message())
                .contains("counts as executed");

        assertThat(run.get(1, TimeUnit.MINUTES).checkpointTs()).isEqualTo(300);
        assertThat(executed()).doesNotContain("DROP TABLE shop.orders");
    }

    @Test
    @DisplayName("a table that nobody waits for and that cannot be created stops the changefeed, too")
    void creation() throws Exception {
        Files.writeString(refuse, "CREATE TABLE shop.users");
        Person person = new Person(true);
        CompletableFuture<RunResult> run = running(person);
        ClusterAdmin admin = person.admin();

        assertThat(refused(admin).statement()).isEqualTo("CREATE TABLE shop.users");
        assertThat(admin.changefeeds())
                .singleElement()
                .satisfies(row -> assertThat(row.maintainer().refused()).contains("CREATE TABLE shop.users"));
        Files.delete(refuse);
        admin.decide(FEED, "ddl@11", RefusalDecision.RETRY, false);

        assertThat(run.get(1, TimeUnit.MINUTES).checkpointTs()).isEqualTo(300);
        assertThat(executed()).contains("CREATE TABLE shop.users");
    }

    @Test
    @DisplayName("where nobody can decide, the run ends, and says why")
    void nobodyThere() throws Exception {
        Files.writeString(refuse, "DROP TABLE shop.orders");

        assertThatThrownBy(() -> run(new Person(false)))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("ddl@200 (DROP TABLE shop.orders) is refused")
                .hasMessageContaining("no right to say")
                .hasMessageContaining("--admin-dir");
    }
}
