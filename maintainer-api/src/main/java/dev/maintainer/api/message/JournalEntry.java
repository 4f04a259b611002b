package dev.maintainer.api.message;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;

/**
 * A request that a worker has accepted and not finished.
 *
 * @param intent why the former owner asked for it
 * @param startTs for a create, where the dispatcher starts; a TSO; 0 for a remove
 */
public record JournalEntry(
        Kind kind, DispatcherId dispatcher, TableSpan span, SchemaId schema, long startTs, OperatorType intent) {
    /** What is being done. */
    public enum Kind {
        /** The dispatcher is being created. */
        CREATE,
        /** The dispatcher is being removed. */
        REMOVE
    }
}
