package dev.maintainer.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.Images;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a role without special rights may do, and how it logs in. */
class RolesTest {
    private static final ChangefeedId FEED = new ChangefeedId("shop");

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.newDatabase();
    /** Roles belong to the server, so each test has its own. */
    private final String role = "role_" + database;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @BeforeEach
    void createRole() {
        server.execute(database, "create role " + role + " login password 'sesame'");
    }

    private void grant() {
        server.execute(database, "grant create on database " + database + " to " + role);
    }

    private ConnectorAddress address() {
        return ConnectorAddress.parse(
                "postgresql://" + role + "@127.0.0.1:" + server.port() + "/" + database + "?password-file="
                        + temporary.resolve("password"),
                "--sink");
    }

    private void password(String password, String permissions) throws IOException {
        Path file = temporary.resolve("password");
        Files.writeString(file, password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private Sink open() {
        ConnectorAddress address = address();
        return new PostgresSinkProvider().open(address, address.options(), FEED, "the log");
    }

    private void check() {
        ConnectorAddress address = address();
        new PostgresSinkProvider().check(address, address.options(), FEED, "the log");
    }

    private static void refused(Runnable opening, ErrorCode code, String... why) {
        assertThatThrownBy(opening::run)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(why)
                .hasMessageNotContaining("sesame");
    }

    @Test
    @DisplayName(
            "The right to create schemas in the database is all that it needs, and it is told if it has not got it")
    void needsToCreate() throws IOException {
        password("sesame", "rw-------");
        refused(this::check, ErrorCode.NOT_ALLOWED_BY_DATABASE, "42501", "grant");
        refused(() -> open().close(), ErrorCode.NOT_ALLOWED_BY_DATABASE, "42501", "grant");

        grant();
        try (Sink sink = open()) {
            sink.fence(FEED, new MaintainerEpoch(3));
            assertThat(sink.epoch()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("Looking whether the sink could be opened leaves nothing behind")
    void checkLeavesNothing() throws IOException {
        password("sesame", "rw-------");
        grant();
        check();

        assertThatThrownBy(() -> server.execute(database, "select * from maintainer_sink.owner"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("A wrong password is refused without being shown, and a new one counts for the next connection")
    void passwordIsReadAnew() throws IOException {
        grant();
        password("sesame!", "rw-------");
        refused(() -> open().close(), ErrorCode.NOT_ALLOWED_BY_DATABASE, "28P01", "password");

        password("sesame", "rw-------");
        try (Sink sink = open()) {
            server.execute(database, "alter role " + role + " password 'opened'");
            refused(() -> sink.fence(FEED, new MaintainerEpoch(1)), ErrorCode.NOT_ALLOWED_BY_DATABASE, "28P01");
            password("opened", "rw-------");
            assertThatCode(() -> sink.fence(FEED, new MaintainerEpoch(1))).doesNotThrowAnyException();
        }
    }

    @Test
    @DisplayName("A file that others can read is no place for a password")
    void guardedFile() throws IOException {
        grant();
        password("sesame", "rw-r-----");
        refused(() -> open().close(), ErrorCode.BAD_CONFIGURATION, "chmod 600");
        Files.delete(temporary.resolve("password"));
        refused(() -> open().close(), ErrorCode.BAD_CONFIGURATION, "cannot be read");
    }

    @Test
    @DisplayName("Triggers of a table with columns count for a role that may not replicate, and no longer when it may")
    void withoutTriggers() throws IOException {
        password("sesame", "rw-------");
        grant();
        writeOrder("1");
        server.execute(
                database,
                "create function shop.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$",
                "create trigger refuse before insert on shop.orders for each row execute function shop.refuse()");
        assertThatThrownBy(() -> writeOrder("2"))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_REJECTED));
        server.execute(database, "grant set on parameter session_replication_role to " + role);
        writeOrder("3");
        server.execute(database, "revoke set on parameter session_replication_role from " + role);
    }

    @Test
    @DisplayName("Many rows go into a table that has a policy for its rows, too, into which nothing can be copied")
    void rowLevelSecurity() throws IOException {
        password("sesame", "rw-------");
        grant();
        writeOrders("0");
        server.execute(
                database,
                "alter table shop.orders enable row level security",
                "alter table shop.orders force row level security",
                "create policy every on shop.orders using (true) with check (true)");

        writeOrders(IntStream.rangeClosed(1, 1000).mapToObj(Integer::toString).toArray(String[]::new));

        server.execute(
                database,
                "do $$ begin if (select count(*) from shop.orders) <> 1001 then raise 'not all are there'; end if;"
                        + " end $$");
    }

    private void writeOrder(String id) {
        writeOrders(id);
    }

    private void writeOrders(String... ids) {
        TableImage image = Images.keyed("bigint");
        RowMapping mapping = RowMapping.of(new TableId(7), image, List.of("id"));
        TableInfo table = new TableInfo(new TableId(7), new SchemaId(3), new TableName("shop", "orders"), true);
        try (Sink sink = open()) {
            MaintainerEpoch epoch = new MaintainerEpoch(1);
            sink.fence(FEED, epoch);
            assertThat(sink.open(TableSpan.DDL, new DispatcherId(0, 1), epoch, () -> epoch)
                            .writeDdls(List.of(DdlEvent.createTable(10, 0, table, image.json()))))
                    .isEqualTo(WriteResult.DURABLE);
            assertThat(sink.open(TableSpan.whole(table.table()), new DispatcherId(1, 1), epoch, () -> epoch)
                            .write(Arrays.stream(ids)
                                    .map(id -> mapping.row(10 + Long.parseLong(id), List.of(id)))
                                    .toList()))
                    .isEqualTo(WriteResult.DURABLE);
        }
    }
}
