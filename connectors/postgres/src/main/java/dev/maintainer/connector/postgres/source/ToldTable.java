package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.CatalogDifference;
import dev.maintainer.connector.postgres.ddl.FoundChange;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import dev.maintainer.connector.postgres.ddl.TableShape;
import dev.maintainer.connector.postgres.ddl.TableShape.Column;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table as the log describes it, beside what was noted of it last. The log tells names and types of columns in their order; which
 * column has which number is in the catalog, which may be later. Pure.
 *
 * @param known what was noted last
 * @param relation what the log says
 */
record ToldTable(NotedDdl known, Relation relation) {
    /** {@return whether the log describes what is known} */
    boolean isKnown() {
        TableImage image = image();
        TableName name = new TableName(relation.namespace(), relation.name());
        List<Column> columns = shape().columns();
        if (!name.equals(known.name())
                || image.identity() != relation.identity()
                || columns.size() != relation.columns().size()) {
            return false;
        }
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            RelationColumn told = relation.columns().get(i);
            boolean isIdentity =
                    relation.identity() == ReplicaIdentity.FULL || image.key().contains(column.name());
            if (!told.name().equals(column.name())
                    || told.typeOid() != column.type()
                    || told.typeModifier() != column.modifier()
                    || told.identity() != isIdentity) {
                return false;
            }
        }
        return true;
    }

    private TableShape shape() {
        return TableShape.parse(known.detail());
    }

    private TableImage image() {
        return TableImage.parse(Objects.requireNonNull(known.image()));
    }

    /**
     * What has to be noted.
     *
     * @param present what the catalog has of the table now; empty if it is gone
     * @return a note of kind {@link Kind#FOUND}; of a table that is gone now it does not matter what it looked like, so it is gone
     *     from here on
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if it cannot be told which columns are meant, or something else
     *     than columns has changed
     */
    NotedDdl note(Optional<NotedDdl> present) throws MaintainerException {
        if (present.isEmpty()) {
            return CatalogDifference.dropped(known);
        }
        NotedDdl found = present.get();
        TableShape is = TableShape.parse(found.detail());
        List<Column> columns = numbered(is);
        requireGone(columns, is);
        TableShape was = shape();
        int last = columns.stream().mapToInt(Column::number).reduce(was.last(), Math::max);
        // Rows may have been written anew before this or after it, and for a column that comes later once more.
        long file = was.file() == is.file() ? is.file() : TableShape.UNKNOWN_FILE;
        TableShape told = new TableShape(columns, last, file, was.entry());
        NotedDdl note = FoundTables.with(found, Kind.FOUND, told, image(told, found));
        TableName name = new TableName(relation.namespace(), relation.name());
        if (!name.equals(known.name())) {
            throw FoundChange.drift(known, "was renamed to " + Printable.line(name.toString()));
        }
        note = named(note, name);
        // What cannot be followed is refused before anybody relies on it.
        if (FoundChange.of(known, true, note) == null) {
            throw FoundChange.drift(known, was, told, "a column that was generated is not any more");
        }
        return note;
    }

    private static NotedDdl named(NotedDdl note, TableName name) {
        return new NotedDdl(
                note.id(),
                note.kind(),
                note.tag(),
                note.table(),
                note.schema(),
                name,
                note.relationKind(),
                note.persistence(),
                note.partitionOf(),
                note.addedValues(),
                note.detail(),
                note.image());
    }

    private List<Column> numbered(TableShape is) {
        Map<String, Column> byName = is.byName();
        Map<Integer, Column> byNumber = is.byNumber();
        Map<String, Column> former = shape().byName();
        List<Column> columns = new ArrayList<>();
        for (RelationColumn told : relation.columns()) {
            Column here = byName.get(told.name());
            Column before = former.get(told.name());
            if (here != null && here.type() == told.typeOid() && here.modifier() == told.typeModifier()) {
                columns.add(here);
            } else if (before != null && stays(before, told, here, byNumber)) {
                // It will go, or get another type: the log tells that later.
                columns.add(before);
            } else {
                throw FoundChange.drift(
                        known,
                        shape(),
                        is,
                        "the log has told a column " + Printable.quoted(told.name())
                                + " that the table does not have any more, or that it has not had so before");
            }
        }
        columns.sort(Comparator.comparingInt(Column::number));
        for (int i = 0; i < columns.size(); i++) {
            if (!columns.get(i).name().equals(relation.columns().get(i).name())) {
                throw FoundChange.drift(known, shape(), is, "columns were renamed");
            }
        }
        return columns;
    }

    /** Whether a column that is known is told, and has not got another name since. */
    private static boolean stays(
            Column known, RelationColumn told, @Nullable Column present, Map<Integer, Column> byNumber) {
        return known.type() == told.typeOid()
                && known.modifier() == told.typeModifier()
                && (present == null ? !byNumber.containsKey(known.number()) : present.number() == known.number());
    }

    /** A column that the log does not tell any more was dropped, unless it has another name. */
    private void requireGone(List<Column> columns, TableShape is) {
        Set<Integer> told = new HashSet<>();
        columns.forEach(column -> told.add(column.number()));
        Map<Integer, Column> present = is.byNumber();
        for (Column column : shape().columns()) {
            Column here = present.get(column.number());
            if (!told.contains(column.number()) && here != null) {
                throw FoundChange.drift(
                        known,
                        shape(),
                        is,
                        "column " + Printable.quoted(column.name()) + " was renamed, or is not published any more");
            }
        }
    }

    /** Columns that are known look as before, and others as the catalog has them. */
    private TableImage image(TableShape told, NotedDdl found) {
        TableImage former = image();
        TableImage present = TableImage.parse(Objects.requireNonNull(found.image()));
        Map<Integer, ColumnImage> images = new HashMap<>();
        present.columns().forEach(column -> images.put(column.number(), column));
        former.columns().forEach(column -> images.put(column.number(), column));
        List<ColumnImage> columns = told.columns().stream()
                .map(column -> Objects.requireNonNull(images.get(column.number())))
                .toList();
        return new TableImage(columns, key(told, former, present), relation.identity(), present.types());
    }

    /** A table whose rows are told whole does not tell its key. */
    private List<String> key(TableShape told, TableImage former, TableImage present) {
        Set<String> flagged = new HashSet<>();
        relation.columns().stream().filter(RelationColumn::identity).forEach(column -> flagged.add(column.name()));
        boolean isWhole = relation.identity() == ReplicaIdentity.FULL;
        for (TableImage image : isWhole ? List.of(present) : List.of(former, present)) {
            boolean isMeant = isWhole || flagged.equals(new HashSet<>(image.key()));
            if (isMeant && told.byName().keySet().containsAll(image.key())) {
                return image.key();
            }
        }
        throw FoundChange.drift(known, shape(), told, "it has got another key");
    }
}
