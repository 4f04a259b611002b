package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.util.Optional;

/** How rows of a transaction that changes tables become events: all look as their tables do at its end. Used by one thread. */
interface TransactionShapes {
    /**
     * How changes of a relation become events.
     *
     * @param relation as the log describes it
     * @param place the how manieth change of the transaction it is, from 0
     * @return empty if the change does not matter
     */
    Optional<RowMapping> mapping(Relation relation, int place);
}
