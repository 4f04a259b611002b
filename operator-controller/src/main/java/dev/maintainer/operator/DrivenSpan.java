package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import org.jspecify.annotations.Nullable;

/**
 * A span of a registry as operators see it: looked up once by the id of its dispatcher, and passed on from there. It can be
 * kept for as long as one likes. If it is deleted, it stays as it was, and no transition changes it any more, also if its
 * id is registered again: that is another span.
 *
 * <p>Used on the thread that owns the registry, and only there.
 */
public interface DrivenSpan {
    /** {@return the dispatcher that replicates the span, or will} */
    DispatcherId id();

    /** {@return the range} */
    TableSpan span();

    /** {@return the schema that the table is in now} */
    SchemaId schema();

    /** {@return the node that the span is bound to; null if it is absent} */
    @Nullable
    NodeId node();

    /** {@return the highest checkpoint that was reported; a TSO} */
    long checkpointTs();

    /** {@return whether it is still registered} */
    boolean isRegistered();

    /** {@return whether it is registered and waits for placement} */
    boolean isAbsent();

    /** {@return whether it is registered and runs} */
    boolean isReplicating();

    /** {@return whether its dispatcher has said its last word} */
    boolean hasEnded();
}
