package dev.maintainer.core.inspect;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What holds the checkpoint of a changefeed back, and for how long. Immutable.
 *
 * @param checkpointTs the committed checkpoint; a TSO
 * @param kind what holds it back
 * @param node the node that it is about; null if it is about none
 * @param span the span that it is about; null if it is about none, or only its node knows which
 * @param heldMillis for how long the checkpoint has not risen; since the maintainer started, if it never has
 * @param text the same in a sentence, with what to do
 */
public record CheckpointDiagnosis(
        ChangefeedId changefeed,
        long checkpointTs,
        CheckpointConstraint.Kind kind,
        @Nullable NodeId node,
        @Nullable SpanExplanation span,
        long heldMillis,
        String text) {}
