package dev.maintainer.connector.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table has changed already when it is copied as it was at the beginning. */
class CopyUnderDdlTest {
    private static final int ROWS = 1_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private LiveDatabase database;

    @SuppressWarnings("NullAway.Init")
    private Source source;

    @BeforeEach
    void begin() {
        database = new LiveDatabase(PostgresServer.shared(), temporary);
        database.execute(
                "create table shop.orders (id int primary key, total varchar(20) not null, note text)",
                "create table shop.others (id int primary key, total varchar(20) not null, note text)",
                "insert into shop.orders select i, 't' || i, 'n' from generate_series(1, " + ROWS + ") i",
                "insert into shop.others select i, 'other', 'n' from generate_series(1, " + ROWS + ") i");
        source = database.open("n1", 0);
    }

    @AfterEach
    void end() {
        database.close();
    }

    /** All that comes up to the first DDL of the table, as texts. */
    private List<String> copied(String... changes) {
        TableInfo orders = database.table(source, "orders");
        database.execute(changes);
        long end = database.walEnd();
        LiveDatabase.await("the log to be read", () -> source.resolvedTs() >= end);
        long firstDdl = ddls(source, source.startTs() + 1).get(0).commitTs();
        List<String> rows = new ArrayList<>();
        try (RowReader reader = source.rows(TableSpan.whole(orders.table()), source.startTs() + 1, () -> {})) {
            LiveDatabase.await("the copy", () -> {
                for (List<RowEvent> more = reader.poll(100, firstDdl);
                        !more.isEmpty();
                        more = reader.poll(100, firstDdl)) {
                    more.forEach(row -> rows.add(String.valueOf(row.row())));
                }
                return reader.nextTs() > firstDdl;
            });
        }
        return rows;
    }

    private static List<DdlEvent> ddls(Source source, long from) {
        List<DdlEvent> ddls = new ArrayList<>();
        try (DdlReader reader = source.ddls(from)) {
            for (List<DdlEvent> more = reader.poll(source.resolvedTs());
                    !more.isEmpty();
                    more = reader.poll(source.resolvedTs())) {
                ddls.addAll(more);
            }
        }
        return ddls;
    }

    @Test
    @DisplayName("Other names, and a column more, do not change what is copied")
    void otherNames() {
        assertThat(copied(
                        "alter table shop.orders rename to sales",
                        "alter table shop.sales rename column total to sum",
                        "alter table shop.sales add column more int default 5"))
                .hasSize(ROWS)
                .contains("{\"id\":\"7\",\"total\":\"t7\",\"note\":\"n\"}");
    }

    @Test
    @DisplayName("The rows are those of the table, whatever has its name now")
    void exchangedNames() {
        assertThat(copied("begin; alter table shop.orders rename to passing; alter table shop.others rename to orders;"
                        + " alter table shop.passing rename to others; commit"))
                .hasSize(ROWS)
                .contains("{\"id\":\"7\",\"total\":\"t7\",\"note\":\"n\"}");
    }

    @Test
    @DisplayName("Of a column that may be null and is gone, nothing is told")
    void droppedColumn() {
        assertThat(copied("alter table shop.orders drop column note"))
                .hasSize(ROWS)
                .contains("{\"id\":\"7\",\"total\":\"t7\"}");
    }

    @Test
    @DisplayName("A table that is gone, emptied or written anew ends the copy: what comes next empties or drops it")
    void doomed() {
        assertThat(copied("drop table shop.orders")).isEmpty();
    }

    @Test
    @DisplayName("The same of a table that is written anew")
    void rewritten() {
        assertThat(copied("alter table shop.orders alter column total type int using id"))
                .isEmpty();
        assertThat(ddls(source, source.startTs() + 1))
                .extracting(DdlEvent::kind)
                .containsExactly(DdlEvent.Kind.TRUNCATE_TABLE, DdlEvent.Kind.ALTER_TABLE);
    }

    @Test
    @DisplayName("A column that may not be null and is gone cannot be made up")
    void neededColumn() {
        assertThatThrownBy(() -> copied("alter table shop.orders drop column total"))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContaining("total");
    }

    @Test
    @DisplayName(
            "A DDL amid the changes that a copy has seen holds nobody up, and whoever goes on behind it completes rows")
    void ddlWithinTheWindow() {
        TableInfo orders = database.table(source, "orders");
        assertThat(copied(
                        "alter table shop.orders alter column note set storage external",
                        "insert into shop.orders values (5001, 't', repeat('n', 3000))",
                        "alter table shop.orders add column more int",
                        "update shop.orders set total = 'u' where id = 5001",
                        "delete from shop.orders where id = 5001",
                        "update shop.orders set total = 'v' where id = 1"))
                .hasSize(ROWS + 1);
        long end = database.walEnd();
        long firstDdl = ddls(source, source.startTs() + 1).get(0).commitTs();
        Source elsewhere = database.open("n2", firstDdl);
        LiveDatabase.await("the log to be read", () -> elsewhere.resolvedTs() >= end);
        try (RowReader reader = elsewhere.rows(TableSpan.whole(orders.table()), firstDdl, () -> {})) {
            assertThat(reader.poll(10, end)).extracting(RowEvent::op).containsExactly(RowEvent.Op.D, RowEvent.Op.U);
        }
    }

    @Test
    @DisplayName("Another process finds the same DDLs with the same numbers, wherever it begins")
    void sameElsewhere() {
        database.execute(
                "truncate shop.orders",
                "create table shop.items (id int primary key)",
                "alter table shop.orders add column at timestamptz default now()",
                "truncate shop.items, shop.others",
                "drop table shop.items");
        long end = database.walEnd();
        LiveDatabase.await("the log to be read", () -> source.resolvedTs() >= end);
        List<DdlEvent> all = ddls(source, source.startTs());
        assertThat(all).hasSizeGreaterThan(7);

        for (long from : List.of(all.get(3).commitTs(), all.get(5).commitTs(), end)) {
            Source other = database.open("n" + from, from);
            LiveDatabase.await("the tables at " + from, () -> {
                try {
                    assertThat(other.tablesAt(from).tables())
                            .as("what is said at once of %s", from)
                            .isEqualTo(source.tablesAt(from).tables());
                    return true;
                } catch (MaintainerException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
                    return false;
                }
            });
            LiveDatabase.await("the log to be read", () -> other.resolvedTs() >= end);
            assertThat(ddls(other, source.startTs())).isEqualTo(all);
            assertThat(other.tablesAt(end).tables())
                    .isEqualTo(source.tablesAt(end).tables());
            assertThat(other.tablesAt(from).tables())
                    .isEqualTo(source.tablesAt(from).tables());
        }
    }

    @Test
    @DisplayName("If it cannot be noted where a DDL was committed, the transaction comes again, and counts once")
    void notesFail() throws Exception {
        String waiting = "select coalesce(min(pid), 0)::text from pg_stat_activity where application_name ="
                + " 'maintainer source' and wait_event_type = 'Lock' and datname = current_database()";
        try (Connection holder = database.connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table maintainer.ddl_position in access exclusive mode");
            database.execute("alter table shop.orders add column more int", "truncate shop.others");
            LiveDatabase.await(
                    "the note to wait", () -> !database.query(waiting).equals("0"));
            String first = database.query(waiting);
            database.query("select pg_terminate_backend(" + first + ")");
            LiveDatabase.await(
                    "the next note to wait", () -> !List.of("0", first).contains(database.query(waiting)));
            holder.rollback();
        }
        long end = database.walEnd();
        LiveDatabase.await("the log to be read", () -> source.resolvedTs() >= end);
        assertThat(ddls(source, source.startTs() + 1))
                .extracting(DdlEvent::kind)
                .containsExactly(DdlEvent.Kind.ALTER_TABLE, DdlEvent.Kind.TRUNCATE_TABLE);
    }

    @Test
    @DisplayName("Where a DDL was committed is noted durably, also where commits are not")
    void notesAreDurable() {
        database.execute(
                "create table public.said (how text)",
                "create function public.say() returns trigger language plpgsql as $$ begin"
                        + " insert into public.said values (current_setting('synchronous_commit')); return null; end $$",
                "create trigger say after insert on maintainer.ddl_position execute function public.say()",
                "alter database " + database.name + " set synchronous_commit = off",
                "alter table shop.orders add column more int");
        LiveDatabase.await(
                "the note", () -> !database.query("select how from public.said").isEmpty());
        assertThat(database.column("select distinct how from public.said")).containsExactly("on");
    }

    @Test
    @DisplayName("Which tables there are where the log was not read yet is not made up")
    void notYet() {
        long later = database.walEnd() + 1_000_000;
        assertThatThrownBy(() -> source.tablesAt(later))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE))
                .hasMessageContaining("ask again");
    }
}
