package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.transport.grpc.wire.proto.Messages;
import dev.maintainer.transport.grpc.wire.proto.Model;

/** The enums that messages have. */
final class Enums {
    static final EnumMapping<ReplicationMode, Model.ReplicationMode> MODE =
            new EnumMapping<>(ReplicationMode.class, Model.ReplicationMode.class, "REPLICATION_MODE_");
    static final EnumMapping<BlockKind, Model.BlockKind> BLOCK_KIND =
            new EnumMapping<>(BlockKind.class, Model.BlockKind.class, "BLOCK_KIND_");
    static final EnumMapping<BlockStage, Model.BlockStage> BLOCK_STAGE =
            new EnumMapping<>(BlockStage.class, Model.BlockStage.class, "BLOCK_STAGE_");
    static final EnumMapping<BarrierAction, Model.BarrierAction> BARRIER_ACTION =
            new EnumMapping<>(BarrierAction.class, Model.BarrierAction.class, "BARRIER_ACTION_");
    static final EnumMapping<ComponentState, Model.ComponentState> STATE =
            new EnumMapping<>(ComponentState.class, Model.ComponentState.class, "COMPONENT_STATE_");
    static final EnumMapping<JournalEntry.Kind, Model.JournalEntry.Kind> JOURNAL_KIND =
            new EnumMapping<>(JournalEntry.Kind.class, Model.JournalEntry.Kind.class, "KIND_");
    static final EnumMapping<PartialCommit, Model.PartialCommit> PARTIAL =
            new EnumMapping<>(PartialCommit.class, Model.PartialCommit.class, "PARTIAL_COMMIT_");
    static final EnumMapping<OperatorType, Model.OperatorType> OPERATOR =
            new EnumMapping<>(OperatorType.class, Model.OperatorType.class, "OPERATOR_TYPE_");
    static final EnumMapping<RemovalMode, Model.RemovalMode> REMOVAL =
            new EnumMapping<>(RemovalMode.class, Model.RemovalMode.class, "REMOVAL_MODE_");
    static final EnumMapping<LifecyclePhase, Model.LifecyclePhase> PHASE =
            new EnumMapping<>(LifecyclePhase.class, Model.LifecyclePhase.class, "LIFECYCLE_PHASE_");
    static final EnumMapping<RefusalReason, Model.RefusalReason> REFUSAL =
            new EnumMapping<>(RefusalReason.class, Model.RefusalReason.class, "REFUSAL_REASON_");
    static final EnumMapping<WorkerReport.CloseOutcome, Messages.CloseOutcome> CLOSE =
            new EnumMapping<>(WorkerReport.CloseOutcome.class, Messages.CloseOutcome.class, "CLOSE_OUTCOME_");

    private Enums() {}
}
