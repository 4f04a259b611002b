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

/**
 * Where the tables of a source are known from: from what its event triggers note, from what its readers
 * see, or from how they were when it was opened.
 */
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
        switch (settings.ddls()) {
            case CAPTURE -> {
                requirePublished(settings, published.hasDdlLog(), "ddl_log", "DDLs", "set ddl=detect or ddl=none");
                database.requireDdlNotes(true);
            }
            case DETECT -> {
                requirePublished(settings, published.hasDetectedDdls(), "detected_ddl", "DDLs", "set ddl=none");
                database.requireDdlNotes(false);
            }
            case NONE -> {}
        }
        if (settings.marksSyncPoints()) {
            requirePublished(
                    settings,
                    published.hasSyncPoints(),
                    SyncPointMarks.TABLE,
                    "sync points",
                    "leave out sync-point-seconds");
        }
        return new CatalogChoice(settings, database, published);
    }

    private static void requirePublished(
            SourceSettings settings, boolean isPublished, String table, String what, String otherwise) {
        if (!isPublished) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "publication " + Printable.quoted(settings.publication()) + " does not have maintainer." + table
                            + ", so that " + what
                            + " cannot be followed; execute what 'maintainer postgres setup-sql' prints, add"
                            + " the table if the publication was made before, or " + otherwise);
        }
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
        long startTs = beginning.startTs();
        return switch (settings.ddls()) {
            case CAPTURE ->
                LoggedCatalog.read(new LoggedNotes(database), null, scope(beginning), startTs, upToTs, resolvedTs);
            case DETECT -> {
                DetectedNotes notes = new DetectedNotes(database, beginning.identity());
                Detection detection = new Detection(notes, database, settings.publication());
                yield LoggedCatalog.read(notes, detection, scope(beginning), startTs, upToTs, resolvedTs);
            }
            case NONE -> present(startTs);
        };
    }

    /** What is found is found in the publication. */
    private TableScope scope(Beginning beginning) {
        return new TableScope(
                settings.tables()::matches,
                settings.appendOnly()::matches,
                settings.publication(),
                published.all() || settings.ddls() == SourceSettings.Ddls.DETECT,
                new HashSet<>(beginning.schemas()),
                new HashSet<>(beginning.listed()));
    }
}
