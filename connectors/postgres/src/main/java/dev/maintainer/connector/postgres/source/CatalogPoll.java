package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.ddl.CatalogDifference;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.connector.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time what the catalog of a source has that the log does not tell: tables that came and went, and changes behind
 * which no row came. What it finds it notes; that counts, for everybody, where it comes in the log. Used by one thread.
 */
final class CatalogPoll implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogPoll.class);

    private final SourceDatabase database;
    private final DetectedNotes notes;
    private final CatalogDifference difference;
    private final LoggedCatalog catalog;
    /** Tables of which it was said that they cannot be read. */
    private final Set<Long> unreadable = new HashSet<>();

    CatalogPoll(SourceDatabase database, DetectedNotes notes, CatalogDifference difference, LoggedCatalog catalog) {
        this.database = database;
        this.notes = notes;
        this.difference = difference;
        this.catalog = catalog;
    }

    @Override
    public void run() {
        try {
            int unused = look();
        } catch (MaintainerException e) {
            LOG.warn("the catalog of the source is looked at later: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the catalog of the source cannot be looked at", e);
        }
    }

    /**
     * Looks once.
     *
     * @return how much of it is news here
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if that is not possible now
     */
    int look() throws MaintainerException {
        // What is known has to be older than what is found.
        List<NotedDdl> known = catalog.noted();
        return database.call("the catalog of the source cannot be looked at", connection -> {
            Detection.useCatalog(connection);
            List<NotedDdl> found = FoundTables.published(connection, difference.publication());
            Set<Long> missing = new HashSet<>();
            known.forEach(table -> missing.add(table.table()));
            found.forEach(table -> missing.remove(table.table()));
            List<NotedDdl> news =
                    difference.notes(known, catalog::isReplicated, found, FoundTables.there(connection, missing));
            if (!news.isEmpty()) {
                connection.setAutoCommit(false);
                DdlNotes.makeDurable(connection);
                notes.found(connection, steady(connection, news));
                connection.commit();
            }
            return news.size();
        });
    }

    /** Rows of a table that comes count from its note on: until that is committed nobody may change how it looks. */
    private List<NotedDdl> steady(Connection connection, List<NotedDdl> news) throws SQLException {
        List<NotedDdl> steady = new ArrayList<>();
        List<Long> locked = new ArrayList<>();
        for (NotedDdl note : news) {
            if (note.kind() != Kind.FOUND) {
                steady.add(note);
            } else if (lock(connection, note)) {
                locked.add(note.table());
            }
        }
        Map<Long, NotedDdl> found = new HashMap<>();
        FoundTables.byNumber(connection, difference.publication(), locked)
                .forEach(table -> found.put(table.table(), table));
        locked.stream().map(found::get).filter(Objects::nonNull).forEach(steady::add);
        return steady;
    }

    private boolean lock(Connection connection, NotedDdl note) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '1s'; lock table only "
                    + Identifiers.quoted(Objects.requireNonNull(note.name())) + " in access share mode");
            return true;
        } catch (SQLException e) {
            connection.rollback(before);
            if (unreadable.add(note.table())) {
                LOG.warn(
                        "table {} cannot be followed yet: {}; grant SELECT on it, and USAGE on its schema, if that is"
                                + " missing",
                        Printable.line(String.valueOf(note.name())),
                        Failures.said(e));
            }
            return false;
        }
    }
}
