package dev.maintainer.core.inspect;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.operator.OperatorView;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a span is where it is. Immutable.
 *
 * @param state ABSENT, SCHEDULING or REPLICATING
 * @param node where it is bound; null exactly if it is absent
 * @param component the last state that its dispatcher reported
 * @param checkpointTs the highest checkpoint that was reported; a TSO
 * @param operator what is in progress; null if nothing is
 * @param decision the last decision about it; null if there was none under this owner, or too many since
 * @param text the same in a sentence
 */
public record SpanExplanation(
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        GroupId group,
        String state,
        @Nullable NodeId node,
        ComponentState component,
        long checkpointTs,
        @Nullable OperatorView operator,
        @Nullable DecisionRecord decision,
        String text) {}
