package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;

/**
 * What to replicate.
 *
 * @param changefeed the pipeline that it belongs to
 * @param epoch the ownership under which the dispatcher is created
 * @param dispatcher its identity
 * @param span the range of keys that it replicates
 * @param schema the schema of the table
 * @param startTs replicate what was committed after this; a TSO
 * @param partial what of the commit time after {@code startTs} is durable already
 * @param bound how far it may write, asked at each write
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record DispatcherSpec(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        long startTs,
        PartialCommit partial,
        WriteBound bound) {
    /**
     * Creates one of whose next commit time nothing is known to be durable.
     *
     * @param changefeed the pipeline that it belongs to
     * @param epoch the ownership under which the dispatcher is created
     * @param dispatcher its identity
     * @param span the range of keys that it replicates
     * @param schema the schema of the table
     * @param startTs replicate what was committed after this; a TSO
     * @param bound how far it may write, asked at each write
     */
    public DispatcherSpec(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            DispatcherId dispatcher,
            TableSpan span,
            SchemaId schema,
            long startTs,
            WriteBound bound) {
        this(changefeed, epoch, dispatcher, span, schema, startTs, PartialCommit.NONE, bound);
    }

    /**
     * Creates one that may write everything.
     *
     * @param changefeed the pipeline that it belongs to
     * @param epoch the ownership under which the dispatcher is created
     * @param dispatcher its identity
     * @param span the range of keys that it replicates
     * @param schema the schema of the table
     * @param startTs replicate what was committed after this; a TSO
     */
    public DispatcherSpec(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            DispatcherId dispatcher,
            TableSpan span,
            SchemaId schema,
            long startTs) {
        this(changefeed, epoch, dispatcher, span, schema, startTs, WriteBound.NONE);
    }
}
