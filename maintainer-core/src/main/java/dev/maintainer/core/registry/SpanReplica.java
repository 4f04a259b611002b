package dev.maintainer.core.registry;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.operator.DrivenSpan;
import dev.maintainer.operator.IntrusiveList;
import org.jspecify.annotations.Nullable;

/**
 * The maintainer's record of one span, and its handle: it is looked up once by its id and then passed on. Only the
 * registry changes it. A deleted record knows that it is deleted, and stays so.
 */
public final class SpanReplica extends IntrusiveList.Element<SpanReplica>
        implements DrivenSpan, DispatcherIndex.Element {
    /** Where a span is in scheduling. */
    public enum State {
        /** Nobody runs it. */
        ABSENT,
        /** An operator is changing it. */
        SCHEDULING,
        /** It runs on its node. */
        REPLICATING
    }

    // Not as an object: whoever looks a span up compares them, and would have to wait for another place in memory.
    private final long idHigh;
    private final long idLow;
    private final TableSpan span;
    /** What all spans of its table have in common. */
    final SpannedTable table;

    State state = State.ABSENT;

    @Nullable
    NodeId node;

    ComponentState component = ComponentState.INITIALIZING;
    long checkpointTs;
    PartialCommit partial = PartialCommit.NONE;
    long request;
    boolean tracked;
    boolean registered;

    /** Whether it has changed since {@link SpanRegistry#takeChanges}. */
    boolean touched;

    SpanReplica(DispatcherId id, TableSpan span, SpannedTable table, long checkpointTs) {
        if (checkpointTs < 1 || checkpointTs == Long.MAX_VALUE) {
            throw new IllegalArgumentException("span of " + span + " with checkpoint " + checkpointTs);
        }
        this.idHigh = id.high();
        this.idLow = id.low();
        this.span = span;
        this.table = table;
        this.checkpointTs = checkpointTs;
    }

    /** The dispatcher that replicates the span, or will; made anew at each call. */
    @Override
    public DispatcherId id() {
        return new DispatcherId(idHigh, idLow);
    }

    @Override
    public long idHigh() {
        return idHigh;
    }

    @Override
    public long idLow() {
        return idLow;
    }

    /** The number of the request that created its dispatcher; 0 if a former owner did. */
    public long request() {
        return request;
    }

    @Override
    public TableSpan span() {
        return span;
    }

    @Override
    public SchemaId schema() {
        return table.schema;
    }

    /** What its table is called now. */
    public TableName name() {
        return table.name;
    }

    /** The scheduling partition. */
    public GroupId group() {
        return GroupId.of(span);
    }

    /** The scheduling state. */
    public State state() {
        return state;
    }

    /** Where the span is bound; null exactly if it is absent. */
    @Override
    public @Nullable NodeId node() {
        return node;
    }

    /** What the dispatcher last said about itself. */
    public ComponentState component() {
        return component;
    }

    @Override
    public long checkpointTs() {
        return checkpointTs;
    }

    /** What of the commit time right behind the checkpoint is durable, too. */
    public PartialCommit partial() {
        return partial;
    }

    @Override
    public boolean isRegistered() {
        return registered;
    }

    @Override
    public boolean isAbsent() {
        return registered && state == State.ABSENT;
    }

    @Override
    public boolean isReplicating() {
        return registered && state == State.REPLICATING;
    }

    @Override
    public boolean hasEnded() {
        return component.isTerminal();
    }

    @Override
    public String toString() {
        return span + " " + state + (node == null ? "" : " on " + node) + " at " + checkpointTs;
    }
}
