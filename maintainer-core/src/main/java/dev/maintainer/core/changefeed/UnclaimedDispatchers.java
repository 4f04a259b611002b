package dev.maintainer.core.changefeed;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Dispatchers that run although their table is not in the schema snapshot of the bootstrap. Either the table was created
 * after the snapshot, then the DDL trigger dispatcher will report it again and they are claimed; or it was dropped
 * before the snapshot, then they are orphans.
 *
 * <p>What tells them apart is time: a dispatcher's checkpoint is never below its table's creation. Once the changefeed's
 * checkpoint, or that of the DDL trigger, which stays below what was not acknowledged, has reached the one that the
 * dispatcher reported at bootstrap, its creation would have been reported.
 */
final class UnclaimedDispatchers {
    /** A dispatcher that nobody has claimed. */
    static final class UnclaimedDispatcher {
        final DispatcherId id;
        final NodeId node;
        final TableSpan span;
        final long claimUntilTs;
        /** Why a former owner asked for its removal; null if nobody did. */
        final @Nullable OperatorType removal;
        /** What makes it, if it does not run yet. */
        final @Nullable MergeInProgress merge;

        ComponentState component;
        long checkpointTs;

        UnclaimedDispatcher(
                DispatcherId id,
                NodeId node,
                TableSpan span,
                ComponentState component,
                long checkpointTs,
                @Nullable OperatorType removal) {
            this(id, node, span, component, checkpointTs, removal, null);
        }

        private UnclaimedDispatcher(
                DispatcherId id,
                NodeId node,
                TableSpan span,
                ComponentState component,
                long checkpointTs,
                @Nullable OperatorType removal,
                @Nullable MergeInProgress merge) {
            this.merge = merge;
            this.id = id;
            this.node = node;
            this.span = span;
            this.component = component;
            this.removal = removal;
            // It began right before the time of the DDL that has created its table, or later.
            this.claimUntilTs = checkpointTs + 1;
            this.checkpointTs = checkpointTs;
        }
    }

    private final Map<DispatcherId, UnclaimedDispatcher> leftovers = new LinkedHashMap<>();
    private final Map<TableId, List<UnclaimedDispatcher>> byTable = new HashMap<>();
    /** Not in the other maps: these are being removed already. */
    private final Map<TableId, List<PendingRemoval>> leaving = new HashMap<>();
    /** A lower bound of all times until which they may be claimed, so that a tick costs nothing. */
    private long earliestTs = Long.MAX_VALUE;

    void add(UnclaimedDispatcher leftover) {
        if (leftovers.putIfAbsent(leftover.id, leftover) == null) {
            byTable.computeIfAbsent(leftover.span.table(), t -> new ArrayList<>(1))
                    .add(leftover);
            earliestTs = Math.min(earliestTs, leftover.claimUntilTs);
        }
    }

    /** Notes a merge whose sources are here. */
    void addMerge(NodeId node, MergeInProgress merge) {
        long checkpointTs = merge.sources().stream()
                .map(leftovers::get)
                .filter(Objects::nonNull)
                .mapToLong(source -> source.checkpointTs)
                .min()
                .orElse(0);
        add(new UnclaimedDispatcher(
                merge.target(), node, merge.span(), ComponentState.PREPARING, checkpointTs, null, merge));
    }

    void dropFromTable(UnclaimedDispatcher leftover) {
        List<UnclaimedDispatcher> siblings = byTable.get(leftover.span.table());
        if (siblings != null) {
            siblings.remove(leftover);
            if (siblings.isEmpty()) {
                byTable.remove(leftover.span.table());
            }
        }
    }

    /** A dispatcher that is being removed while nobody has reported its table. */
    record PendingRemoval(DispatcherId id, TableSpan span) {}

    /** Notes one that is being removed: if its table is reported, nobody else may write it before that has ended. */
    void addPendingRemoval(DispatcherId id, TableSpan span) {
        leaving.computeIfAbsent(span.table(), t -> new ArrayList<>(1)).add(new PendingRemoval(id, span));
    }

    /** Takes out those of a table that were being removed when the state was rebuilt, in the order of nodes. */
    List<PendingRemoval> takePendingRemovals(TableId table) {
        List<PendingRemoval> taken = leaving.remove(table);
        return taken == null ? List.of() : taken;
    }

    boolean contains(DispatcherId id) {
        return leftovers.containsKey(id);
    }

    /**
     * Notes a report; one that has ended is forgotten. The end of a source says nothing before it is known what became
     * of its merge.
     */
    void report(NodeId from, DispatcherStatus status) {
        UnclaimedDispatcher leftover = leftovers.get(status.dispatcher());
        if (leftover == null || !leftover.node.equals(from)) {
            return;
        }
        if (status.state().isTerminal() && !isSource(leftover)) {
            forget(leftover);
            if (leftover.merge != null) {
                // A target that has run has taken its sources with it, whether or not their ends have been heard.
                boolean ran = status.state() == ComponentState.STOPPED && status.checkpointTs() > 0;
                leftover.merge.sources().stream()
                        .map(leftovers::get)
                        .filter(source -> source != null && (ran || source.component.isTerminal()))
                        .forEach(this::forget);
            }
            return;
        }
        leftover.component = status.state();
        leftover.checkpointTs = Math.max(leftover.checkpointTs, status.checkpointTs());
    }

    private void forget(UnclaimedDispatcher leftover) {
        leftovers.remove(leftover.id);
        dropFromTable(leftover);
    }

    private boolean isSource(UnclaimedDispatcher leftover) {
        return byTable.getOrDefault(leftover.span.table(), List.of()).stream()
                .anyMatch(other -> other.merge != null && other.merge.sources().contains(leftover.id));
    }

    /** Takes out all dispatchers of a table, by span. */
    List<UnclaimedDispatcher> claim(TableId table) {
        List<UnclaimedDispatcher> claimed = byTable.getOrDefault(table, new ArrayList<>());
        byTable.remove(table);
        claimed.forEach(leftover -> leftovers.remove(leftover.id));
        claimed.sort((a, b) -> a.span.compareTo(b.span));
        return claimed;
    }

    /** Takes out those whose time to be claimed is over: every DDL up to {@code reportedTs} was reported. */
    List<UnclaimedDispatcher> expire(long reportedTs) {
        if (reportedTs < earliestTs) {
            return List.of();
        }
        List<UnclaimedDispatcher> expired = take(leftover -> reportedTs >= leftover.claimUntilTs);
        earliestTs = leftovers.values().stream()
                .mapToLong(leftover -> leftover.claimUntilTs)
                .min()
                .orElse(Long.MAX_VALUE);
        return expired;
    }

    /** Takes out those of a dead node. */
    void forget(NodeId node) {
        take(leftover -> leftover.node.equals(node));
    }

    private List<UnclaimedDispatcher> take(Predicate<UnclaimedDispatcher> which) {
        List<UnclaimedDispatcher> taken = new ArrayList<>();
        for (Iterator<UnclaimedDispatcher> each = leftovers.values().iterator(); each.hasNext(); ) {
            UnclaimedDispatcher leftover = each.next();
            if (which.test(leftover)) {
                taken.add(leftover);
                each.remove();
                dropFromTable(leftover);
            }
        }
        taken.sort((a, b) -> a.span.compareTo(b.span));
        return taken;
    }

    /** One of them, for tests. */
    UnclaimedDispatcher get(DispatcherId id) {
        return Objects.requireNonNull(leftovers.get(id));
    }

    /** All of them, in the order in which they were added. */
    Set<DispatcherId> ids() {
        return leftovers.keySet();
    }

    /** How many are on a node. Costs what is here. */
    int countOn(NodeId node) {
        int count = 0;
        for (UnclaimedDispatcher leftover : leftovers.values()) {
            count += leftover.node.equals(node) ? 1 : 0;
        }
        return count;
    }

    /** Compares the index with a recount. */
    List<Finding> audit() {
        Findings findings = new Findings();
        Set<UnclaimedDispatcher> indexed = new HashSet<>();
        byTable.forEach((table, siblings) -> {
            findings.require(!siblings.isEmpty(), "I-4", "unclaimed: table ", table, " is empty and still there");
            siblings.forEach(leftover -> findings.require(
                    indexed.add(leftover) && leftover.span.table().equals(table),
                    "I-4",
                    "unclaimed: dispatcher ",
                    leftover.id,
                    " is in the index of table ",
                    table,
                    " by mistake"));
        });
        boolean same = indexed.equals(new HashSet<>(leftovers.values()));
        findings.require(
                same, "I-4", "unclaimed: ", leftovers.size(), " dispatchers, ", indexed.size(), " in the index");
        leftovers
                .values()
                .forEach(leftover -> findings.require(
                        leftover.claimUntilTs >= earliestTs, "I-4", "unclaimed: ", leftover.id, " would never expire"));
        return findings.all();
    }

    int size() {
        return leftovers.size();
    }
}
