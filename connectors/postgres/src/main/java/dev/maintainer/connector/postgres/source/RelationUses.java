package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the rows of each relation, as it was found out when the server last described it. Thread-safe.
 */
final class RelationUses {
    private record Known(Relation relation, RelationUse use) {}

    private final Map<Long, Known> known = new ConcurrentHashMap<>();

    /**
     * Finds out what becomes of rows, unless that is known.
     *
     * @param relation as the server has described it
     * @param found finds it out
     * @return what is known
     */
    // A table is described anew when it may have changed; comparing descriptions for each row would cost too much.
    @SuppressWarnings("ReferenceEquality")
    RelationUse use(Relation relation, Function<Relation, RelationUse> found) {
        @Nullable Known last = known.get(relation.oid());
        if (last != null && last.relation() == relation) {
            return last.use();
        }
        RelationUse use = SyncPointMarks.areRowsOf(relation) ? RelationUse.MARKS : found.apply(relation);
        put(relation, use);
        return use;
    }

    void put(Relation relation, RelationUse use) {
        known.put(relation.oid(), new Known(relation, use));
    }

    /** It is found out anew. */
    void forget(long oid) {
        known.remove(oid);
    }
}
