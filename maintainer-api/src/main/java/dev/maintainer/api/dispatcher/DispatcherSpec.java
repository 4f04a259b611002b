package dev.maintainer.api.dispatcher;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;

/**
 * What to replicate.
 *
 * @param epoch the ownership under which the dispatcher is created
 * @param startTs replicate what was committed after this; a TSO
 * @param bound how far it may write, asked at each write
 */
public record DispatcherSpec(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        long startTs,
        WriteBound bound) {
    /** One that may write everything. */
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
