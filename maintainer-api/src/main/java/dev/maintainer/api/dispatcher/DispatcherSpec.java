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
 */
public record DispatcherSpec(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        long startTs) {}
