package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.ddl.TableScope;
import dev.maintainer.connector.postgres.source.SourceDatabase.Beginning;
import dev.maintainer.connector.postgres.source.SourceDatabase.Published;
import java.util.HashSet;
import java.util.List;
import java.util.function.LongSupplier;

/** Where the tables of a source are known from: from what its event triggers note, or from how they were when it was opened. */
final class CatalogChoice {
    private final SourceSettings settings;
    private final SourceDatabase database;
    private final Published published;

    private CatalogChoice(SourceSettings settings, SourceDatabase database, Published published) {
        this.settings = settings;
        this.database = database;
        this.published = published;
    }

    /**
     * Chooses as the settings say.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is no such publication, or DDLs are to be followed and are
     *     not noted
     */
    static CatalogChoice of(SourceSettings settings, SourceDatabase database) {
        Published published = database.published(settings.publication())
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "there is no publication " + Printable.quoted(settings.publication())
                                + "; create it, or name another with publication=NAME"));
        if (settings.followsDdls() && !published.hasDdlLog()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "publication " + Printable.quoted(settings.publication()) + " does not have maintainer.ddl_log, so"
                            + " that DDLs cannot be followed; execute what 'maintainer postgres setup-sql' prints, add"
                            + " the table if the publication was made before, or set ddl=none");
        }
        if (settings.followsDdls()) {
            database.requireDdlNotes();
        }
        return new CatalogChoice(settings, database, published);
    }

    /**
     * Refuses tables that are there and cannot be replicated.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} naming them
     */
    List<SourceTable> requirePresent() {
        return PublishedTables.choose(database.tables(settings), settings.tables(), settings.publication());
    }

    /** The tables as they are now, for somebody who only looks. */
    SourceCatalog present(long startTs) {
        return new PublishedTables(requirePresent(), settings.tables(), startTs);
    }

    /**
     * The tables of a changefeed.
     *
     * @param upToTs what is committed later is still to come from the log
     * @param resolvedTs up to where the log was read
     */
    SourceCatalog open(Beginning beginning, long upToTs, LongSupplier resolvedTs) {
        if (!settings.followsDdls()) {
            return present(beginning.startTs());
        }
        TableScope scope = new TableScope(
                settings.tables()::matches,
                settings.appendOnly()::matches,
                settings.publication(),
                published.all(),
                new HashSet<>(beginning.schemas()),
                new HashSet<>(beginning.listed()));
        return LoggedCatalog.read(new DdlNotes(database), scope, beginning.startTs(), upToTs, resolvedTs);
    }
}
