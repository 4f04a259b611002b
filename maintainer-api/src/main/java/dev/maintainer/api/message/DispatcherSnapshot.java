package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;

/**
 * One dispatcher as a worker reports it at bootstrap.
 *
 * @param dispatcher its identity
 * @param span what it replicates
 * @param schema the schema of the table
 * @param state what it says about itself
 * @param checkpointTs everything up to it, inclusive, is durable downstream; a TSO
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record DispatcherSnapshot(
        DispatcherId dispatcher, TableSpan span, SchemaId schema, ComponentState state, long checkpointTs) {}
