package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.Obstacle;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.UntoldValues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the tables of a source were at each moment since a changefeed began, folded from what was noted of DDLs. Whoever folds the
 * same notes in the same order has the same tables with the same numbers. Pure; used by one thread at a time.
 *
 * <p>All DDLs of a transaction are one position before its commit, and all of its rows look as the tables do at the commit. A
 * table whose rows have changed without a word in the log is emptied, and copied again under another number.
 */
public final class CatalogHistory {
    private static final String ALTER_TABLE = "ALTER TABLE";
    private static final Set<String> OF_TYPES = Set.of("ALTER TYPE", "ALTER DOMAIN");

    /** What is known of one number of the source. */
    private static final class Line {
        final List<TableVersion> versions = new ArrayList<>();
        long nextGeneration;

        @Nullable
        NotedDdl noted() {
            return versions.isEmpty() ? null : last().noted();
        }

        @Nullable
        SourceTable table() {
            return versions.isEmpty() ? null : last().table();
        }

        TableVersion last() {
            return versions.get(versions.size() - 1);
        }
    }

    /** When a table came and went, and whether it was copied when it came. */
    private record Life(SourceTable first, SourceTable last, long createdTs, long droppedTs, boolean copied) {}

    private final TableScope scope;
    private final long createdTs;
    private final Map<Long, Line> lines = new HashMap<>();
    private final Map<TableId, Life> lives = new LinkedHashMap<>();
    private long lastTs;
    /** Of the next DDL: none is given twice. */
    private int nextOrdinal;

    /**
     * A history without tables.
     *
     * @param scope which tables are replicated
     * @param startTs where the changefeed begins; its first tables come right behind that
     */
    public CatalogHistory(TableScope scope, long startTs) {
        this.scope = scope;
        this.createdTs = startTs + 1;
        this.lastTs = startTs;
    }

    /**
     * Begins with what was noted up to the start.
     *
     * @param notes in their order
     * @return the DDLs by which tables come that are there then
     * @throws MaintainerException with {@code BAD_INPUT} if a note cannot be read
     */
    public DdlStep begin(List<NotedDdl> notes) throws MaintainerException {
        Map<Long, NotedDdl> present = new LinkedHashMap<>();
        for (NotedDdl noted : notes) {
            if (noted.isOfTable()) {
                present.remove(noted.table());
                if (noted.kind() != NotedDdl.Kind.DROPPED) {
                    present.put(noted.table(), noted);
                }
            }
        }
        List<String> remarks = new ArrayList<>();
        List<TableTransition> transitions = new ArrayList<>();
        for (NotedDdl noted : present.values()) {
            SourceTable table = replicated(noted, SourceNumbers.table(noted.table(), 0), present, remarks);
            if (table != null) {
                transitions.add(new TableTransition(null, table));
                come(table, createdTs, true);
            }
            line(noted.table()).versions.add(new TableVersion(createdTs, noted, table));
        }
        return step(createdTs, transitions, present.keySet(), remarks);
    }

    private DdlStep step(long ts, List<TableTransition> transitions, Set<Long> tables, List<String> remarks) {
        DdlStep step = new DdlStep(TableTransition.ddls(ts, nextOrdinal, transitions), tables, remarks);
        nextOrdinal += step.ddls().size();
        return step;
    }

    private Line line(long oid) {
        return lines.computeIfAbsent(oid, any -> new Line());
    }

    /**
     * Goes on with a transaction.
     *
     * @param commitTs when it was committed; later than all before
     * @param notes what it has noted, in their order
     * @param truncated the numbers of tables that it has emptied
     * @return what it amounts to
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if something could not be noted, or the publication tells less than
     *     before, {@code BAD_INPUT} if a note cannot be read; then nothing has changed
     */
    public DdlStep apply(long commitTs, List<NotedDdl> notes, Set<Long> truncated) throws MaintainerException {
        if (commitTs <= lastTs) {
            throw new IllegalArgumentException("a transaction at " + commitTs + " comes after one at " + lastTs);
        }
        Map<Long, List<NotedDdl>> byTable = new LinkedHashMap<>();
        for (NotedDdl noted : notes) {
            if (noted.kind() == NotedDdl.Kind.OPAQUE) {
                throw unnoted(noted);
            }
            if (scope.isBrokenBy(noted)) {
                throw unpublished(noted);
            }
            NotedDdl counted = noted.kind() == NotedDdl.Kind.FOUND ? found(noted, byTable) : noted;
            if (counted != null && counted.isOfTable()) {
                byTable.computeIfAbsent(counted.table(), any -> new ArrayList<>())
                        .add(counted);
            }
        }
        addDetached(notes, byTable);
        truncated.forEach(oid -> byTable.computeIfAbsent(oid, any -> new ArrayList<>()));
        long ts = commitTs - 1;
        List<String> remarks = new ArrayList<>();
        Map<Long, NotedDdl> latest = new HashMap<>();
        byTable.forEach((oid, ofTable) -> {
            if (!ofTable.isEmpty()) {
                latest.put(oid, ofTable.get(ofTable.size() - 1));
            }
        });
        Map<Long, TableVersion> versions = new LinkedHashMap<>();
        byTable.forEach((oid, ofTable) ->
                versions.put(oid, version(ts, oid, ofTable, truncated.contains(oid), latest, remarks)));
        List<TableTransition> transitions = new ArrayList<>();
        versions.forEach((oid, version) -> {
            Line line = line(oid);
            SourceTable before = line.table();
            SourceTable after = version.table();
            if (before != null || after != null) {
                transitions.add(new TableTransition(before, after));
                boolean refills = refills(line.noted(), before, byTable.getOrDefault(oid, List.of()), after, latest);
                take(before, after, ts, refills);
            }
            line.versions.add(version);
        });
        lastTs = commitTs;
        remarkTypes(notes, transitions, remarks);
        return step(ts, transitions, byTable.keySet(), remarks);
    }

    /** What it amounts to that a table was found to look so; null if more is known. */
    private @Nullable NotedDdl found(NotedDdl found, Map<Long, List<NotedDdl>> byTable) {
        Line line = line(found.table());
        List<NotedDdl> before = byTable.getOrDefault(found.table(), List.of());
        NotedDdl last = before.isEmpty() ? line.noted() : before.get(before.size() - 1);
        boolean isThere = last != null && last.kind() != NotedDdl.Kind.DROPPED;
        return FoundChange.of(isThere ? last : null, line.table() != null, found);
    }

    /** Of a partition that is detached, nothing is noted but that it is not among those that its former root has now. */
    private void addDetached(List<NotedDdl> notes, Map<Long, List<NotedDdl>> byTable) {
        Set<Long> roots = notes.stream()
                .filter(noted -> noted.isPartitioned() && noted.tag().equals(ALTER_TABLE))
                .map(NotedDdl::table)
                .collect(Collectors.toSet());
        if (roots.isEmpty()) {
            return;
        }
        for (NotedDdl leaf : unnotedPartitions(roots, byTable)) {
            if (!scope.publishes(leaf)) {
                byTable.put(leaf.table(), List.of(leaf.detached()));
                addUnnoted(leaf.table(), byTable);
            }
        }
    }

    /** What is below a table that was detached goes with it. */
    private void addUnnoted(long root, Map<Long, List<NotedDdl>> byTable) {
        for (NotedDdl leaf : unnotedPartitions(Set.of(root), byTable)) {
            byTable.put(leaf.table(), List.of(leaf));
            addUnnoted(leaf.table(), byTable);
        }
    }

    private List<NotedDdl> unnotedPartitions(Set<Long> roots, Map<Long, List<NotedDdl>> byTable) {
        return lines.values().stream()
                .map(Line::noted)
                .filter(Objects::nonNull)
                .filter(noted -> roots.contains(noted.partitionOf()) && !byTable.containsKey(noted.table()))
                .sorted(Comparator.comparingLong(NotedDdl::table))
                .toList();
    }

    /** The values that rows have may be called otherwise from now on. Labels of enums are followed, and all else is not. */
    private static void remarkTypes(List<NotedDdl> notes, List<TableTransition> transitions, List<String> remarks) {
        notes.stream()
                .filter(noted -> noted.isOfTable() && OF_TYPES.contains(noted.tag()))
                .filter(noted -> transitions.stream().anyMatch(each -> each.isAlike(noted.table())))
                .map(noted -> "a type of table " + Printable.line(String.valueOf(noted.name())) + " has changed ("
                        + noted.tag() + "), otherwise than by labels of an enum, and that is not replicated: change"
                        + " that of the sink alike if rows need it")
                .distinct()
                .forEach(remarks::add);
    }

    private static MaintainerException unpublished(NotedDdl noted) {
        return new MaintainerException(
                ErrorCode.SCHEMA_DRIFT,
                "publication " + Printable.quoted(noted.detail()) + " was altered"
                        + (noted.name() == null
                                ? " and tells less than before"
                                : ", and does not have " + Printable.line(String.valueOf(noted.name())) + " any more")
                        + "; what was not told since cannot be read: put that right, and create the changefeed anew");
    }

    private static MaintainerException unnoted(NotedDdl noted) {
        return new MaintainerException(
                ErrorCode.SCHEMA_DRIFT,
                "a DDL (" + Printable.line(noted.tag()) + ") could not be noted in maintainer.ddl_log, because "
                        + Printable.line(noted.detail())
                        + ": what it has done is not known; mend that, and create the changefeed anew");
    }

    /** What a transaction makes of a table. */
    private TableVersion version(
            long ts,
            long oid,
            List<NotedDdl> notes,
            boolean isTruncated,
            Map<Long, NotedDdl> latest,
            List<String> remarks) {
        Line line = line(oid);
        NotedDdl last = notes.isEmpty() ? line.noted() : notes.get(notes.size() - 1);
        NotedDdl noted = last == null || last.kind() == NotedDdl.Kind.DROPPED ? null : last;
        SourceTable before = line.table();
        long generation = line.nextGeneration;
        TableId kept = before == null
                ? SourceNumbers.table(oid, generation)
                : before.info().table();
        SourceTable after = noted == null ? null : replicated(noted, kept, latest, remarks);
        if (before != null && after != null && (isTruncated || changesRows(notes, before, after, latest))) {
            after = new SourceTable(
                    new TableInfo(
                            SourceNumbers.table(oid, generation),
                            after.info().schema(),
                            after.info().name(),
                            after.info().splittable()),
                    after.image(),
                    after.obstacles());
        }
        return new TableVersion(ts, noted, after);
    }

    /** A table that can be replicated; null if it is not to be, or cannot. */
    private @Nullable SourceTable replicated(
            NotedDdl noted, TableId id, Map<Long, NotedDdl> latest, List<String> remarks) {
        if (!TableVersion.hasRows(noted) || !scope.isWanted(noted) || !isPublished(noted, latest)) {
            return null;
        }
        SourceTable table = TableVersion.source(noted, id, scope.isAppendOnly(noted));
        if (table.obstacles().isEmpty()) {
            return table;
        }
        remarks.add("table " + Printable.line(String.valueOf(noted.name())) + " is not replicated, because it "
                + table.obstacles().stream().map(Obstacle::text).collect(Collectors.joining("; and it "))
                + ". It will be copied when that has changed");
        return null;
    }

    /**
     * Whether the log has the rows of a table: it is published, or is a partition of one that is.
     *
     * @param latest by number, what the transaction has noted last of tables
     */
    private boolean isPublished(NotedDdl noted, Map<Long, NotedDdl> latest) {
        for (NotedDdl each = noted; each != null; each = noted(each.partitionOf(), latest)) {
            if (scope.publishes(each)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable NotedDdl noted(long oid, Map<Long, NotedDdl> latest) {
        NotedDdl changed = latest.get(oid);
        Line line = lines.get(oid);
        return changed != null || line == null ? changed : line.noted();
    }

    /** Whether rows of a table may have changed while nobody was told. */
    private boolean changesRows(List<NotedDdl> notes, Map<Long, NotedDdl> latest) {
        return notes.stream()
                .anyMatch(noted -> noted.changesRows()
                        || noted.kind() == NotedDdl.Kind.FOUND
                        || (noted.image() != null && !isPublished(noted, latest)));
    }

    /** Whether rows of a table are others than before, and the log does not have them. */
    private boolean changesRows(
            List<NotedDdl> notes, SourceTable before, SourceTable after, Map<Long, NotedDdl> latest) {
        Map<Integer, String> addedValues =
                notes.isEmpty() ? Map.of() : notes.get(notes.size() - 1).addedValues();
        return changesRows(notes, latest)
                || !UntoldValues.between(before.image(), after.image()).isEmpty()
                || UntoldValues.isAddedOtherwise(before.image(), after.image(), addedValues)
                || !before.image().keyNumbers().equals(after.image().keyNumbers())
                || before.info().splittable() != after.info().splittable();
    }

    /** Whether rows of a table have to be copied, because not all of them are in the log. */
    private boolean refills(
            @Nullable NotedDdl formerly,
            @Nullable SourceTable before,
            List<NotedDdl> notes,
            @Nullable SourceTable after,
            Map<Long, NotedDdl> latest) {
        if (after == null) {
            return false;
        }
        return before == null
                ? formerly != null || changesRows(notes, latest)
                : changesRows(notes, before, after, latest);
    }

    private void take(@Nullable SourceTable before, @Nullable SourceTable after, long ts, boolean copied) {
        if (before != null
                && after != null
                && before.info().table().equals(after.info().table())) {
            lives.computeIfPresent(
                    after.info().table(),
                    (id, life) -> new Life(life.first(), after, life.createdTs(), life.droppedTs(), life.copied()));
            return;
        }
        if (before != null) {
            lives.computeIfPresent(
                    before.info().table(),
                    (id, life) -> new Life(life.first(), life.last(), life.createdTs(), ts, life.copied()));
        }
        if (after != null) {
            come(after, ts, copied);
        }
    }

    private void come(SourceTable table, long ts, boolean copied) {
        TableId id = table.info().table();
        lives.put(id, new Life(table, table, ts, Long.MAX_VALUE, copied));
        line(SourceNumbers.oid(id)).nextGeneration++;
    }

    /**
     * The tables as they were.
     *
     * @param ts a position; what is later than the last transaction is as it was then
     * @return those that are replicated, by number
     */
    public List<SourceTable> tablesAt(long ts) {
        List<SourceTable> tables = new ArrayList<>();
        for (Line line : lines.values()) {
            SourceTable table = null;
            for (TableVersion version : line.versions) {
                if (version.fromTs() <= ts) {
                    table = version.table();
                }
            }
            if (table != null) {
                tables.add(table);
            }
        }
        tables.sort((one, other) -> one.info().table().compareTo(other.info().table()));
        return tables;
    }

    /** {@return all tables that were ever replicated, as they are or were last} */
    public List<SourceTable> tables() {
        return lives.values().stream().map(Life::last).toList();
    }

    /**
     * One table.
     *
     * @param table its number
     * @return the table as it is, or was last; empty if it never was replicated
     */
    public Optional<SourceTable> table(TableId table) {
        return Optional.ofNullable(lives.get(table)).map(Life::last);
    }

    /**
     * When a table came into being.
     *
     * @param table its number
     * @return a position; {@link Long#MAX_VALUE} if it is not known
     */
    public long createdTs(TableId table) {
        Life life = lives.get(table);
        return life == null ? Long.MAX_VALUE : life.createdTs();
    }

    /**
     * When a table went.
     *
     * @param table its number
     * @return a position; {@link Long#MAX_VALUE} if it is there, or is not known
     */
    public long droppedTs(TableId table) {
        Life life = lives.get(table);
        return life == null ? Long.MAX_VALUE : life.droppedTs();
    }

    /**
     * A table that is copied by whoever begins where it comes, or before.
     *
     * @param table its number
     * @param from where somebody begins; a position
     * @return the table as it was when it came; empty if all rows behind {@code from} are in the log
     */
    public Optional<SourceTable> copied(TableId table, long from) {
        Life life = lives.get(table);
        return life == null || !life.copied() || from > life.createdTs() ? Optional.empty() : Optional.of(life.first());
    }

    /**
     * Whether a table was copied when it came.
     *
     * @param table its number
     * @return whether it was
     */
    public boolean isCopy(TableId table) {
        Life life = lives.get(table);
        return life != null && life.copied();
    }

    /**
     * Whether a table came that is copied.
     *
     * @param fromTs a position
     * @param toTs a later one, up to which all is known
     * @return whether one came from the one up to the other, both inclusive
     */
    public boolean hasCopiesBetween(long fromTs, long toTs) {
        return lives.values().stream()
                .anyMatch(life -> life.copied() && fromTs <= life.createdTs() && life.createdTs() <= toTs);
    }

    /**
     * What was noted last of a number of the source.
     *
     * @param oid the number
     * @return the note; empty if there is no such table
     */
    public Optional<NotedDdl> noted(long oid) {
        Line line = lines.get(oid);
        return line == null ? Optional.empty() : Optional.ofNullable(line.noted());
    }

    /** {@return what was noted last of the tables that are there} */
    public List<NotedDdl> noted() {
        return lines.values().stream().map(Line::noted).filter(Objects::nonNull).toList();
    }

    /**
     * A table of the source as it is replicated now.
     *
     * @param oid its number there
     * @return the table; empty if it is not replicated
     */
    public Optional<SourceTable> present(long oid) {
        Line line = lines.get(oid);
        return line == null ? Optional.empty() : Optional.ofNullable(line.table());
    }

    /** {@return whether it is replicated if it can be: it is asked for, and published} */
    public boolean isMeant(NotedDdl noted) {
        return scope.isWanted(noted) && isPublished(noted, Map.of());
    }
}
