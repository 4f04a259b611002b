package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.snapshot.WholeTable;
import dev.maintainer.replication.Delivery;
import dev.maintainer.replication.TableContents;
import dev.maintainer.replication.state.RowCursor;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tables of a publication as they are now. Needs no slot, and writes nothing. */
public final class PresentTables implements TableContents {
    private final SourceSettings settings;
    private final ConnectionSource connections;
    private final SortedMap<TableName, SourceTable> tables = new TreeMap<>();

    PresentTables(SourceSettings settings, ConnectionSource connections, Iterable<SourceTable> tables) {
        this.settings = settings;
        this.connections = connections;
        tables.forEach(table -> this.tables.put(table.info().name(), table));
    }

    /**
     * Reads which tables there are.
     *
     * @param settings which database, and which of its tables
     * @param connections to it
     * @return the tables
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if the publication does not have what is asked for, {@code
     *     SOURCE_UNAVAILABLE} if the database cannot be reached
     */
    public static PresentTables of(SourceSettings settings, ConnectionSource connections) throws MaintainerException {
        return new PresentTables(
                settings,
                connections,
                PublishedTables.choose(
                        new SourceDatabase(connections).tables(settings), settings.tables(), settings.publication()));
    }

    @Override
    public SortedSet<TableName> tables() {
        return new TreeSet<>(tables.keySet());
    }

    @Override
    public RowCursor rows(TableName table) {
        SourceTable known = tables.get(table);
        return known == null ? RowCursor.empty() : WholeTable.read(connections, known);
    }

    @Override
    public String definition(TableName table) {
        SourceTable known = tables.get(table);
        return known == null ? "" : known.image().json();
    }

    /** The server keeps the log of a slot from what is durable in the sink on. */
    @Override
    public Optional<Delivery> delivery(ChangefeedId changefeed) {
        SourceDatabase database = new SourceDatabase(connections);
        SlotNames slots = SourceStart.slotNames(settings, changefeed.name());
        return Optional.of(new Delivery() {
            @Override
            public long position() {
                return database.facts(settings.publication()).walEnd();
            }

            @Override
            public OptionalLong deliveredTo() {
                return database.slots(slots).stream()
                        .mapToLong(SourceDatabase.Slot::confirmedTs)
                        .max();
            }
        });
    }

    @Override
    public void close() {}
}
