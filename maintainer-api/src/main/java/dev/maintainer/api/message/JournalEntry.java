package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;

/**
 * A request that a worker has accepted and not finished yet.
 *
 * @param kind what is being done
 * @param dispatcher the dispatcher concerned
 * @param span what that one replicates
 * @param schema the schema of the table
 * @param startTs for a create, where the dispatcher starts; a TSO; 0 for a remove
 * @param intent why the former owner asked for it
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
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
