package dev.maintainer.core.registry;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import org.jspecify.annotations.Nullable;

/** The maintainer's record of one span. Only the registry changes it. */
public final class SpanReplica extends SpanList.Element<SpanReplica> {
    /** Where a span is in scheduling. */
    public enum State {
        /** Nobody runs it. */
        ABSENT,
        /** An operator is changing it. */
        SCHEDULING,
        /** It runs on its node. */
        REPLICATING
    }

    private final DispatcherId id;
    private final TableSpan span;
    SchemaId schema;
    /** Shared by all spans of a table. */
    TableName name = TableName.UNKNOWN;

    private final GroupId group;

    State state = State.ABSENT;

    @Nullable
    NodeId node;

    ComponentState component = ComponentState.INITIALIZING;
    long checkpointTs;
    boolean tracked;
    long request;

    /** Whether it has changed since {@link SpanRegistry#takeChanges}. */
    boolean touched;

    SpanReplica(DispatcherId id, TableSpan span, SchemaId schema, long checkpointTs) {
        if (checkpointTs < 1 || checkpointTs == Long.MAX_VALUE) {
            throw new IllegalArgumentException("span of " + span + " with checkpoint " + checkpointTs);
        }
        this.id = id;
        this.span = span;
        this.schema = schema;
        this.group = GroupId.of(span);
        this.checkpointTs = checkpointTs;
    }

    /** The dispatcher that replicates the span, or will. */
    public DispatcherId id() {
        return id;
    }

    /** The number of the request that created its dispatcher; 0 if a former owner did. */
    public long request() {
        return request;
    }

    /** The range. */
    public TableSpan span() {
        return span;
    }

    /** The schema that the table is in now. */
    public SchemaId schema() {
        return schema;
    }

    /** What its table is called now. */
    public TableName name() {
        return name;
    }

    /** The scheduling partition. */
    public GroupId group() {
        return group;
    }

    /** The scheduling state. */
    public State state() {
        return state;
    }

    /** Where the span is bound; null exactly if it is absent. */
    public @Nullable NodeId node() {
        return node;
    }

    /** What the dispatcher last said about itself. */
    public ComponentState component() {
        return component;
    }

    /** The highest checkpoint that was reported; a TSO. */
    public long checkpointTs() {
        return checkpointTs;
    }

    @Override
    public String toString() {
        return span + " " + state + (node == null ? "" : " on " + node) + " at " + checkpointTs;
    }
}
