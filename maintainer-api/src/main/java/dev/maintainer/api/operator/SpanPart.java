package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import org.jspecify.annotations.Nullable;

/**
 * What a part of a split span becomes.
 *
 * @param dispatcher its id, which nothing else has
 * @param span what it covers
 * @param target where it should run; null if the scheduler should decide
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record SpanPart(
        DispatcherId dispatcher, TableSpan span, @Nullable NodeId target) {}
