package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport.BlockStatusReport;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies what DDLs do to the set of tables: in commit order, each once, drops through removals that replace whatever
 * is in flight. A report begins with the first DDL that was not acknowledged, so there is never a gap before it.
 */
final class TableChanges {
    private final Pipeline pipeline;
    private long appliedTs;

    TableChanges(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** All DDLs up to {@code ts} (a TSO) are in the table list that the maintainer started from. */
    void startAt(long ts) {
        appliedTs = ts;
    }

    Disposition onReport(NodeId from, BlockStatusReport report, long nowMillis) {
        if (!pipeline.gate.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {
            return Disposition.REFUSED;
        }
        if (!from.equals(pipeline.self) || !pipeline.members.isCurrent(from, report.incarnation())) {
            return Disposition.STALE;
        }
        long before = appliedTs;
        long acknowledgedTs = 0;
        for (BlockStatus status : report.statuses()) {
            boolean known = status.dispatcher().equals(pipeline.trigger.id()) && status.stage() == BlockStage.NONE;
            if (!known) {
                break;
            }
            if (status.commitTs() > appliedTs) {
                status.changes().forEach(change -> apply(change, status.commitTs(), nowMillis));
                appliedTs = status.commitTs();
            }
            acknowledgedTs = status.commitTs();
        }
        if (acknowledgedTs == 0) {
            return Disposition.REFUSED;
        }
        pipeline.gate.send(
                LifecycleAction.HANDLE_BLOCK_STATUS,
                from,
                new WorkerCommand.AcknowledgeBlockStatus(
                        pipeline.changefeed, pipeline.epoch, pipeline.trigger.id(), acknowledgedTs));
        return appliedTs > before ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    private void apply(TableChange change, long commitTs, long nowMillis) {
        if (change instanceof TableChange.AddTable add) {
            addTable(add.table(), commitTs);
        } else if (change instanceof TableChange.DropTable drop) {
            dropTables(List.of(drop.table()), nowMillis);
        } else if (change instanceof TableChange.DropSchema drop) {
            dropTables(pipeline.registry.tablesOf(drop.schema()), nowMillis);
        } else {
            throw new IllegalStateException("unknown change " + change);
        }
        pipeline.scheduling.wantPlan();
    }

    private void addTable(TableInfo table, long commitTs) {
        if (pipeline.registry.hasTable(table.table())) {
            return;
        }
        // The former owner may have executed this DDL: then its dispatchers run, and there must be no second ones.
        List<TableSpan> covered = new ArrayList<>();
        for (Unclaimed.Leftover leftover : pipeline.unclaimed.claim(table.table())) {
            boolean usable = leftover.schema.equals(table.schema())
                    && pipeline.members.isAlive(leftover.node)
                    && !pipeline.tombstones.contains(leftover.id)
                    && covered.stream().noneMatch(leftover.span::overlaps);
            if (usable) {
                pipeline.registry.addReplicating(
                        leftover.id,
                        leftover.span,
                        leftover.schema,
                        Math.max(leftover.checkpointTs, commitTs),
                        leftover.node,
                        leftover.component);
                covered.add(leftover.span);
            } else {
                pipeline.sendRemove(LifecycleAction.SELF_HEAL, leftover.node, leftover.id);
            }
        }
        for (TableSpan hole : Coverage.holes(table.table(), covered)) {
            pipeline.registry.addAbsent(pipeline.ids.next(), hole, table.schema(), commitTs);
        }
    }

    private void dropTables(List<TableId> tables, long nowMillis) {
        List<DispatcherId> dropped = new ArrayList<>();
        for (TableId table : tables) {
            pipeline.registry.ofTable(table).stream().map(SpanReplica::id).forEach(dropped::add);
            for (Unclaimed.Leftover leftover : pipeline.unclaimed.claim(table)) {
                pipeline.sendRemove(LifecycleAction.SELF_HEAL, leftover.node, leftover.id);
            }
        }
        // Operators first, spans last: a removal has to see where its dispatcher is.
        pipeline.operators.removeForDdl(dropped, nowMillis);
        for (DispatcherId id : dropped) {
            pipeline.registry.remove(id);
            pipeline.tombstones.add(id, nowMillis);
        }
    }

    /** The commit time of the last DDL that was applied; a TSO. */
    long appliedTs() {
        return appliedTs;
    }
}
