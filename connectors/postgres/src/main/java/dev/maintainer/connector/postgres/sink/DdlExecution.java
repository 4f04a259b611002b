package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.sql.FailureKind;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.event.DdlEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes DDLs of the source, each at most once: that it was executed is committed together with what it has done. Tables are
 * known by their numbers, so a DDL never touches a later table of the same name.
 */
final class DdlExecution {
    private static final Logger LOG = LoggerFactory.getLogger(DdlExecution.class);

    private static final String DEPENDENT_OBJECTS = "2BP01";
    /** The release of the server from which on a generated column may be given another expression. */
    private static final int EXPRESSIONS_ARE_SET = 17;

    private final String changefeed;
    private final String mark;
    private final Targets targets;
    private final SpanSessions sessions;
    private final SinkTypes types = new SinkTypes(this::makeSchema);

    DdlExecution(String changefeed, String mark, Targets targets, SpanSessions sessions) {
        this.changefeed = changefeed;
        this.mark = mark;
        this.targets = targets;
        this.sessions = sessions;
    }

    /**
     * Executes what was not executed yet.
     *
     * @param connection in a transaction that holds the lock of the changefeed alone
     * @param ddls in their order
     * @throws MaintainerException with {@code DDL_REFUSED} if the server refuses one and will refuse it again
     */
    void execute(Connection connection, List<DdlEvent> ddls) throws SQLException {
        for (DdlEvent ddl : ddls) {
            if (note(connection, ddl)) {
                try {
                    apply(connection, ddl);
                } catch (SQLException e) {
                    throw refusedOr(ddl, e);
                } catch (MaintainerException e) {
                    throw new MaintainerException(e.code(), shown(ddl) + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private static String shown(DdlEvent ddl) {
        return Printable.line(ddl.statement()) + " at " + ddl.commitTs();
    }

    private static SQLException refusedOr(DdlEvent ddl, SQLException failure) {
        FailureKind kind = FailureKind.of(failure);
        if (kind == FailureKind.REJECTED || kind == FailureKind.FORBIDDEN) {
            throw new MaintainerException(
                    ErrorCode.DDL_REFUSED,
                    shown(ddl) + " is refused by the database: " + Failures.said(failure)
                            + (kind == FailureKind.FORBIDDEN
                                    ? "; grant that to the role of the sink and try again, or skip it"
                                    : "; put that right and try again, or skip it"));
        }
        return failure;
    }

    /** False if it was executed already. */
    private boolean note(Connection connection, DdlEvent ddl) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into maintainer_sink.ddl"
                + " (changefeed, commit_ts, ordinal, statement) values (?, ?, ?, ?) on conflict do nothing")) {
            insert.setString(1, changefeed);
            insert.setLong(2, ddl.commitTs());
            insert.setInt(3, ddl.ordinal());
            insert.setString(4, Printable.line(ddl.statement()));
            return insert.executeUpdate() == 1;
        }
    }

    private void apply(Connection connection, DdlEvent ddl) throws SQLException {
        switch (ddl.kind()) {
            case CREATE_TABLE -> create(connection, Objects.requireNonNull(ddl.after()), ddl.definition());
            case DROP_TABLE -> drop(connection, known(connection, ddl.before()));
            case TRUNCATE_TABLE ->
                truncate(connection, known(connection, ddl.before()), Objects.requireNonNull(ddl.after()));
            case RENAME_TABLE ->
                rename(connection, known(connection, ddl.before()), Objects.requireNonNull(ddl.after()));
            case ALTER_TABLE -> alter(connection, known(connection, ddl.before()), ddl);
            case DROP_SCHEMA -> dropSchema(connection, ddl);
        }
    }

    /** A table that is here; null if it was dropped, or its creation was skipped. */
    private @Nullable TargetTable known(Connection connection, @Nullable TableInfo table) throws SQLException {
        TargetTable found = table == null ? null : targets.find(connection, table.table());
        return found == null || found.state() != TargetTable.State.PRESENT ? null : found;
    }

    private void create(Connection connection, TableInfo table, @Nullable String definition) throws SQLException {
        makeSchema(connection, table.name().schema());
        if (definition != null && TableImage.isImage(definition)) {
            TableImage image = image(definition);
            TargetTable target =
                    new TargetTable(table.table(), table.schema(), table.name(), TargetTable.State.PRESENT, true);
            types.make(connection, image.types(), List.of(), false);
            run(connection, ColumnClauses.creation(target, mark, image));
            targets.put(connection, target, definition);
            tellLeftOut(target, image);
        } else {
            TargetTable target =
                    new TargetTable(table.table(), table.schema(), table.name(), TargetTable.State.PRESENT, false);
            run(connection, JsonTable.creation(target, mark));
            targets.put(connection, target);
        }
    }

    private static TableImage image(String definition) {
        try {
            return TableImage.parse(definition);
        } catch (MaintainerException e) {
            throw new MaintainerException(ErrorCode.DDL_REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    private void tellLeftOut(TargetTable target, TableImage image) {
        List<String> columns = ColumnClauses.leftOut(image);
        if (!columns.isEmpty()) {
            LOG.info(
                    "{}: table {} has no defaults for {}, which need something that only the source has",
                    changefeed,
                    target.name(),
                    Printable.line(String.join(", ", columns)));
        }
    }

    private static TargetTable refused(TableInfo table) {
        return new TargetTable(table.table(), table.schema(), table.name(), TargetTable.State.REFUSED, false);
    }

    private void alter(Connection connection, @Nullable TargetTable target, DdlEvent ddl) throws SQLException {
        if (target == null || !target.typed()) {
            // Rows carry their definition; the table has no columns of it.
            return;
        }
        TableImage before = image(Objects.requireNonNull(targets.definition(connection, target.table())));
        TableImage after = image(Objects.requireNonNull(ddl.definition()));
        TableAlteration alteration = TableAlteration.of(
                target, mark, before, after, connection.getMetaData().getDatabaseMajorVersion() >= EXPRESSIONS_ARE_SET);
        if (!alteration.untold().isEmpty() && !isEmpty(connection, target)) {
            throw new MaintainerException(
                    ErrorCode.DDL_REFUSED,
                    "rows that the table has may have got values that the source does not tell: "
                            + String.join("; ", alteration.untold())
                            + "; set the table up anew, or do it by hand with the values of the source and skip it");
        }
        if (!after.types().equals(before.types())) {
            types.make(connection, after.types(), before.types(), !isEmpty(connection, target));
        }
        for (String statement : alteration.statements()) {
            run(connection, statement);
        }
        targets.put(connection, target, ddl.definition());
        // Rows of the former shape are all there; they may come again.
        sessions.completeTo(connection, target.table(), ddl.commitTs());
        tellLeftOut(target, after);
    }

    private static boolean isEmpty(Connection connection, TargetTable target) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("select 1 from " + Identifiers.quoted(target.name()) + " limit 1")) {
            return !result.next();
        }
    }

    private void makeSchema(Connection connection, String schema) throws SQLException {
        if (schema.equals(SinkTables.SCHEMA)) {
            throw new MaintainerException(
                    ErrorCode.DDL_REFUSED,
                    "the schema " + schema
                            + " is that of the sink itself; give the table another one by --route, or skip" + " this");
        }
        String quoted = Identifiers.quoted(schema);
        // The server looks at permissions before it looks whether the schema is there.
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from pg_catalog.pg_namespace where nspname = ?")) {
            select.setString(1, schema);
            try (ResultSet result = select.executeQuery()) {
                if (result.next()) {
                    return;
                }
            }
        }
        run(connection, "create schema " + quoted);
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into maintainer_sink.made_schema values (?, ?) on conflict do nothing")) {
            insert.setString(1, changefeed);
            insert.setString(2, schema);
            insert.executeUpdate();
        }
    }

    private void drop(Connection connection, @Nullable TargetTable target) throws SQLException {
        if (target != null) {
            run(connection, "drop table " + Identifiers.quoted(target.name()));
            targets.drop(connection, target);
        }
    }

    private void truncate(Connection connection, @Nullable TargetTable before, TableInfo after) throws SQLException {
        if (before == null) {
            targets.put(connection, refused(after));
            return;
        }
        run(connection, "truncate " + Identifiers.quoted(before.name()));
        String definition = targets.definition(connection, before.table());
        TargetTable emptied = new TargetTable(
                after.table(), after.schema(), before.name(), TargetTable.State.PRESENT, before.typed());
        renameKey(connection, before, emptied);
        targets.drop(connection, before);
        targets.put(connection, emptied, definition);
    }

    /** The key is found by its name when it changes. Of a table that somebody has made by hand it may have another one. */
    private void renameKey(Connection connection, TargetTable before, TargetTable emptied) throws SQLException {
        String former = ColumnClauses.keyName(before, mark);
        String table = Identifiers.quoted(before.name());
        try (PreparedStatement select = connection.prepareStatement(
                "select 1 from pg_catalog.pg_constraint where conrelid = ?::regclass and format('\"%s\"', conname) = ?")) {
            select.setString(1, table);
            select.setString(2, former);
            try (ResultSet result = select.executeQuery()) {
                if (!result.next()) {
                    return;
                }
            }
        }
        run(
                connection,
                "alter table " + table + " rename constraint " + former + " to "
                        + ColumnClauses.keyName(emptied, mark));
    }

    private void rename(Connection connection, @Nullable TargetTable before, TableInfo after) throws SQLException {
        if (before == null) {
            return;
        }
        TableName from = before.name();
        TableName to = after.name();
        makeSchema(connection, to.schema());
        if (!from.schema().equals(to.schema())) {
            // On the way it has a name that is in neither schema.
            TableName passing = new TableName(from.schema(), "maintainer_" + mark + "_" + before.table() + "_moves");
            renameWithin(connection, from, passing.table());
            run(
                    connection,
                    "alter table " + Identifiers.quoted(passing) + " set schema " + Identifiers.quoted(to.schema()));
            renameWithin(connection, new TableName(to.schema(), passing.table()), to.table());
        } else if (!from.table().equals(to.table())) {
            renameWithin(connection, from, to.table());
        }
        targets.put(connection, before.named(after));
    }

    private static void renameWithin(Connection connection, TableName from, String to) throws SQLException {
        run(connection, "alter table " + Identifiers.quoted(from) + " rename to " + Identifiers.quoted(to));
    }

    /** The schema itself goes if it was made here and nothing else is in it. */
    private void dropSchema(Connection connection, DdlEvent ddl) throws SQLException {
        for (TargetTable target : targets.presentIn(connection, ddl.schema())) {
            drop(connection, target);
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from maintainer_sink.made_schema where changefeed = ? and name = ?")) {
            delete.setString(1, changefeed);
            delete.setString(2, ddl.schemaName());
            if (delete.executeUpdate() == 0) {
                return;
            }
        }
        Savepoint before = connection.setSavepoint();
        try {
            run(connection, "drop schema " + Identifiers.quoted(ddl.schemaName()));
        } catch (SQLException e) {
            if (!DEPENDENT_OBJECTS.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Notes the tables that DDLs would have made: if somebody skips them, rows of these may be left out. */
    void noteRefused(Connection connection, List<DdlEvent> ddls) throws SQLException {
        for (DdlEvent ddl : ddls) {
            TableInfo made = switch (ddl.kind()) {
                case CREATE_TABLE, TRUNCATE_TABLE -> ddl.after();
                case DROP_TABLE, RENAME_TABLE, ALTER_TABLE, DROP_SCHEMA -> null;
            };
            if (made != null && targets.find(connection, made.table()) == null) {
                targets.put(connection, refused(made));
            }
        }
    }
}
