package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a look at the catalog of a source tells that is not known, of a source that does not note its DDLs. Whoever looks may be behind
 * in the log, so what is noted may be known when it comes. Pure.
 *
 * @param publication the name of the publication
 * @param wanted which tables are replicated
 */
public record CatalogDifference(String publication, Predicate<TableName> wanted) {
    /** The command of notes that nobody has seen. */
    public static final String TAG = "FOUND";

    /**
     * Compares.
     *
     * @param known what was noted last of tables that are there
     * @param isReplicated whether the table of a number is replicated
     * @param found all tables of the publication
     * @param there the numbers of known tables that are in the database, in the publication or not
     * @return what has to be noted, without numbers
     */
    public List<NotedDdl> notes(
            List<NotedDdl> known, LongPredicate isReplicated, List<NotedDdl> found, Set<Long> there) {
        Map<Long, NotedDdl> present = new HashMap<>();
        found.forEach(table -> present.put(table.table(), table));
        List<NotedDdl> notes = new ArrayList<>();
        Map<Long, NotedDdl> former = new HashMap<>();
        for (NotedDdl table : known) {
            former.put(table.table(), table);
            if (!present.containsKey(table.table())) {
                boolean isTakenOut = there.contains(table.table()) && isReplicated.test(table.table());
                notes.add(isTakenOut ? takenOut(table) : dropped(table));
            }
        }
        for (NotedDdl table : found) {
            NotedDdl before = former.get(table.table());
            boolean isNews =
                    before == null ? wanted.test(Objects.requireNonNull(table.name())) : !isSame(before, table);
            if (isNews) {
                notes.add(table);
            }
        }
        return notes;
    }

    private static boolean isSame(NotedDdl known, NotedDdl found) {
        if (!known.detail().equals(found.detail())
                || !Objects.equals(known.name(), found.name())
                || !known.persistence().equals(found.persistence())) {
            return false;
        }
        TableImage was = TableImage.parse(Objects.requireNonNull(known.image()));
        TableImage is = TableImage.parse(Objects.requireNonNull(found.image()));
        return was.key().equals(is.key()) && was.identity() == is.identity();
    }

    private NotedDdl takenOut(NotedDdl table) {
        return note(Kind.PUBLICATION, 0, table.name(), publication);
    }

    /**
     * That a table is gone.
     *
     * @param table what was noted of it last
     * @return the note, without a number
     */
    public static NotedDdl dropped(NotedDdl table) {
        return note(Kind.DROPPED, table.table(), table.name(), "");
    }

    private static NotedDdl note(Kind kind, long table, @Nullable TableName name, String detail) {
        return new NotedDdl(0, kind, TAG, table, 0, name, "", "", 0, Map.of(), detail, null);
    }
}
