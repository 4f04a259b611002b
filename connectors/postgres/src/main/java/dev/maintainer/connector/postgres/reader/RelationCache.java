package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables that the server has described on this connection. It describes a table again when it has changed, and relies on
 * what was described last, also within a transaction whose parts came earlier than they are read. So what counts is when a
 * description arrived, not when it is read. Used by one thread.
 */
final class RelationCache {
    private final Map<Long, Arrived> byOid = new HashMap<>();

    /** A description, and the how manieth message of the connection it was. */
    record Arrived(long arrival, Relation relation) {}

    void learn(Arrived arrived) {
        byOid.merge(
                arrived.relation().oid(), arrived, (known, other) -> other.arrival() > known.arrival() ? other : known);
    }

    void learnAll(RelationCache others) {
        others.byOid.values().forEach(this::learn);
    }

    boolean isEmpty() {
        return byOid.isEmpty();
    }

    boolean knows(long oid) {
        return byOid.containsKey(oid);
    }

    /** The description of a table, which every row must have before it. */
    Relation require(long oid) {
        @Nullable Arrived known = byOid.get(oid);
        if (known == null) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "the source has sent a change of table " + oid + " and not described it");
        }
        return known.relation();
    }
}
