package dev.maintainer.api.message;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;

/** One dispatcher as a worker reports it at bootstrap. */
public record DispatcherSnapshot(
        DispatcherId dispatcher, TableSpan span, SchemaId schema, ComponentState state, long checkpointTs) {}
