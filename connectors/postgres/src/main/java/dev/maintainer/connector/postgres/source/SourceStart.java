package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.reader.SlotSetup;
import dev.maintainer.connector.postgres.source.SourceDatabase.Beginning;
import dev.maintainer.connector.postgres.source.SourceDatabase.Facts;
import dev.maintainer.connector.postgres.source.SourceDatabase.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a changefeed begins, and which slot a node reads for it. The first node that opens a changefeed makes a slot and notes
 * where it begins; every later one copies a slot, which unlike making one waits for nobody.
 *
 * @param beginning where the changefeed began
 * @param slot of the node; it is there
 * @param confirmedTs up to where the slot may forget
 */
record SourceStart(Beginning beginning, SlotName slot, long confirmedTs) {
    /** How long the server may wait for transactions that run when a slot is made. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SLOTS = "maintainer";

    static SlotNames slotNames(SourceSettings settings, String changefeed) {
        return SlotNames.of(settings.slot() == null ? SLOTS : settings.slot().text(), changefeed);
    }

    /**
     * Begins, or goes on.
     *
     * @param facts what the database is
     * @param historyAfter what was committed up to here is not asked for; 0 if that is not known
     */
    static SourceStart of(
            SourceSettings settings,
            ConnectionSource connections,
            Facts facts,
            String changefeed,
            String node,
            long historyAfter) {
        SourceDatabase database = new SourceDatabase(connections);
        SlotNames names = slotNames(settings, changefeed);
        SlotName own = names.ofNode(node);
        Optional<Beginning> noted = database.beginning(changefeed);
        if (noted.isEmpty()) {
            noted = Optional.of(begin(settings, connections, database, facts, changefeed, own));
        }
        Beginning beginning = noted.get();
        refuseOther(beginning, facts, settings.publication());
        List<Slot> slots = database.slots(names);
        SlotChoice choice = SlotChoice.of(own, slots, historyAfter, beginning.startTs());
        if (choice instanceof SlotChoice.Own present) {
            keepOnStandbys(settings, connections, own);
            return new SourceStart(beginning, own, present.slot().confirmedTs());
        }
        if (choice instanceof SlotChoice.CopyOf copy) {
            if (slots.stream().anyMatch(slot -> slot.name().equals(own))) {
                new SlotSetup(connections).drop(own);
            }
            database.copySlot(copy.slot().name(), own);
        }
        // Standbys do not keep a copy because they keep what it was made from.
        keepOnStandbys(settings, connections, own);
        return new SourceStart(
                beginning,
                own,
                database.slots(names).stream()
                        .filter(slot -> slot.name().equals(own))
                        .findFirst()
                        .orElseThrow(() -> new MaintainerException(
                                ErrorCode.SOURCE_UNAVAILABLE,
                                "replication slot " + own + " was made and is gone; it is tried again"))
                        .confirmedTs());
    }

    private static void keepOnStandbys(SourceSettings settings, ConnectionSource connections, SlotName own) {
        if (settings.keptByStandbys()) {
            new SlotSetup(connections).keepOnStandbys(own);
        }
    }

    /** Begins for a run, which nobody goes on with: nothing is noted. */
    static SourceStart ofRun(SourceSettings settings, ConnectionSource connections, Facts facts, SlotName slot) {
        Beginning made = make(settings, connections, new SourceDatabase(connections), facts, slot);
        return new SourceStart(made, slot, made.startTs());
    }

    private static Beginning begin(
            SourceSettings settings,
            ConnectionSource connections,
            SourceDatabase database,
            Facts facts,
            String changefeed,
            SlotName own) {
        SlotSetup setup = new SlotSetup(connections);
        // One that somebody made who did not come to note it.
        setup.drop(own);
        Beginning made = make(settings, connections, database, facts, own);
        database.begin(changefeed, made);
        Beginning noted = database.beginning(changefeed)
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "where changefeed " + Printable.line(changefeed)
                                + " began was noted and is gone; it is tried again"));
        if (noted.startTs() < made.startTs()) {
            // Another node was faster, and its slot has more.
            setup.drop(own);
            forgetTables(settings, database, made);
        }
        return noted;
    }

    private static void forgetTables(SourceSettings settings, SourceDatabase database, Beginning made) {
        if (settings.ddls() == SourceSettings.Ddls.DETECT) {
            new DetectedNotes(database, made.identity()).forget();
        }
    }

    /**
     * Makes a slot. Entries of the log of DDLs that are there where it begins are noted as of then, or what the tables look like
     * then.
     */
    private static Beginning make(
            SourceSettings settings,
            ConnectionSource connections,
            SourceDatabase database,
            Facts facts,
            SlotName slot) {
        Optional<SourceDatabase.Published> published = database.published(settings.publication());
        List<Long> entries = new ArrayList<>();
        List<NotedDdl> tables = new ArrayList<>();
        SlotSetup.Look look = switch (settings.ddls()) {
            case CAPTURE ->
                connection -> {
                    LoggedNotes.requireOwn(connection);
                    entries.addAll(LoggedNotes.unplaced(connection));
                };
            case DETECT ->
                connection -> {
                    Detection.useCatalog(connection);
                    tables.addAll(FoundTables.published(connection, settings.publication()));
                };
            case NONE -> SlotSetup.Look.NOTHING;
        };
        long startTs = new SlotSetup(connections).create(slot, settings.publication(), false, PATIENCE, look);
        new LoggedNotes(database).write(startTs, entries, List.of());
        Beginning made = new Beginning(
                facts.systemId(),
                facts.databaseOid(),
                publicationOid(facts, settings.publication()),
                startTs,
                facts.timeline(),
                published.map(SourceDatabase.Published::schemas).orElse(List.of()),
                published.map(SourceDatabase.Published::listed).orElse(List.of()));
        tables.removeIf(table -> !settings.tables().matches(Objects.requireNonNull(table.name())));
        if (!tables.isEmpty()) {
            new DetectedNotes(database, made.identity()).begin(startTs, tables);
        }
        return made;
    }

    static long publicationOid(Facts facts, String publication) {
        Long oid = facts.publicationOid();
        if (oid == null) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "there is no publication " + Printable.quoted(publication)
                            + "; create it, or name another with publication=NAME");
        }
        return oid;
    }

    private static void refuseOther(Beginning beginning, Facts facts, String publication) {
        if (!beginning.systemId().equals(facts.systemId()) || beginning.databaseOid() != facts.databaseOid()) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_CHANGED,
                    "the source is database " + facts.databaseOid() + " of system " + facts.systemId()
                            + ", and the changefeed began with " + beginning.databaseOid() + " of "
                            + Printable.line(beginning.systemId())
                            + ": it is a copy; correct the address, or create the changefeed anew");
        }
        if (facts.publicationOid() == null || beginning.publicationOid() != facts.publicationOid()) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_HISTORY_LOST,
                    "publication " + Printable.quoted(publication) + " was dropped"
                            + (facts.publicationOid() == null ? "" : " and made anew")
                            + ", and changes from before are not in it; remove the changefeed and create it anew");
        }
    }
}
