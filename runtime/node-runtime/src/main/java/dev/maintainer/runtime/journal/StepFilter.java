package dev.maintainer.runtime.journal;

import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.Replay;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are of interest: those that mention the node, the changefeed and the table, in the input or in what it
 * led to. A dispatcher mentions its table, once it is known from a bootstrap or a create. Used by one thread.
 */
public final class StepFilter {
    private final RecordCodec codec;
    private final @Nullable NodeId node;
    private final @Nullable ChangefeedId changefeed;
    private final @Nullable TableId table;
    private final Set<DispatcherId> dispatchers = new HashSet<>();
    private final SortedSet<NodeId> knownNodes = new TreeSet<>();
    private final SortedSet<ChangefeedId> knownChangefeeds = new TreeSet<>();
    private boolean tableKnown;
    private boolean passed;
    private boolean seesNode;
    private boolean seesChangefeed;
    private boolean seesTable;

    /** A filter; null stands for any. */
    public StepFilter(@Nullable NodeId node, @Nullable ChangefeedId changefeed, @Nullable TableId table) {
        this.codec = new RecordCodec();
        this.node = node;
        this.changefeed = changefeed;
        this.table = table;
    }

    /** The nodes that were mentioned so far, if entries are not all let through. */
    public SortedSet<NodeId> knownNodes() {
        return Collections.unmodifiableSortedSet(knownNodes);
    }

    /** The changefeeds that were mentioned so far, if entries are not all let through. */
    public SortedSet<ChangefeedId> knownChangefeeds() {
        return Collections.unmodifiableSortedSet(knownChangefeeds);
    }

    /** Whether the table, if entries of one are wanted, was mentioned so far. */
    public boolean isTableKnown() {
        return tableKnown;
    }

    /** Whether an entry has passed so far, if entries are not all let through. */
    public boolean hasPassed() {
        return passed;
    }

    /** Whether all entries pass. */
    public boolean isOpen() {
        return node == null && changefeed == null && table == null;
    }

    /** Whether an entry passes. Has to see all entries, in order. */
    public boolean passes(Replay.Step step) {
        if (isOpen()) {
            return true;
        }
        seesNode = node == null;
        seesChangefeed = changefeed == null;
        seesTable = table == null;
        codec.visit(step.recorded().input(), this::see);
        step.effects().forEach(effect -> codec.visit(effect, this::see));
        tableKnown |= seesTable;
        boolean passes = seesNode && seesChangefeed && seesTable;
        passed |= passes;
        return passes;
    }

    private void see(Object part) {
        if (part instanceof NodeId id) {
            seesNode |= id.equals(node);
            knownNodes.add(id);
        } else if (part instanceof ChangefeedId id) {
            seesChangefeed |= id.equals(changefeed);
            knownChangefeeds.add(id);
        } else if (part instanceof TableId) {
            seesTable |= part.equals(table);
        } else if (part instanceof DispatcherId id) {
            seesTable |= dispatchers.contains(id);
        } else if (part instanceof WorkerCommand.CreateDispatcher create
                && create.span().table().equals(table)) {
            dispatchers.add(create.dispatcher());
        } else if (part instanceof DispatcherSnapshot snapshot
                && snapshot.span().table().equals(table)) {
            dispatchers.add(snapshot.dispatcher());
        }
    }
}
