package dev.maintainer.core.changefeed;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.registry.SpanReplica;
import java.util.List;

/** What must hold between the parts of a maintainer; each part audits itself. Changes nothing. */
final class MaintainerAudit {
    private final Pipeline pipeline;
    private final Findings findings = new Findings();

    MaintainerAudit(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    List<Finding> run(long removalCapTs, DispositionCounts dispositions) {
        findings.addAll(pipeline.registry.audit());
        findings.addAll(pipeline.operators.audit());
        findings.addAll(pipeline.members.audit());
        findings.addAll(pipeline.unclaimed.audit());
        findings.addAll(pipeline.checkpoint.audit());
        findings.addAll(dispositions.audit());
        for (NodeId node : pipeline.registry.boundNodes()) {
            pipeline.registry.on(node).forEach(this::bound);
        }
        identities();
        lifecycle(removalCapTs);
        return findings.all();
    }

    private void bound(SpanReplica replica) {
        boolean driven = pipeline.operators.isInFlight(replica.id());
        boolean scheduling = replica.state() == SpanReplica.State.SCHEDULING;
        findings.require(!scheduling || driven, "I-29", replica, " is being scheduled by no operator");
        NodeId node = replica.node();
        boolean alive = pipeline.lifecycle.phase() != LifecyclePhase.RUNNING
                || (node != null && pipeline.members.isAlive(node));
        findings.require(alive || driven, "I-28", replica, " is bound to a dead node, and no operator drives it away");
    }

    private void identities() {
        boolean ownTrigger = pipeline.registry.get(pipeline.trigger.id()) == null;
        findings.require(ownTrigger, "I-1", "the DDL trigger dispatcher is registered as a span");
        for (DispatcherId id : pipeline.unclaimed.ids()) {
            boolean once = pipeline.registry.get(id) == null;
            findings.require(once, "I-1", "dispatcher ", id, " is both registered and unclaimed");
        }
        for (DispatcherId id : pipeline.tombstones.ids()) {
            boolean gone = pipeline.registry.get(id) == null;
            findings.require(gone, "I-30", "dispatcher ", id, " was removed on purpose and is registered");
        }
    }

    private void lifecycle(long capTs) {
        LifecyclePhase phase = pipeline.lifecycle.phase();
        boolean frozen = pipeline.operators.isQuiesced();
        findings.require(frozen == pipeline.lifecycle.isQuiesced(), "I-36", "phase ", phase, ", quiesced: ", frozen);
        findings.require(
                pipeline.gate.suppressed() == 0, "I-33", pipeline.gate.suppressed(), " commands had to be stopped");
        long committedTs = pipeline.checkpoint.committedTs();
        if (phase == LifecyclePhase.REMOVING) {
            findings.require(
                    committedTs <= capTs, "I-35", "checkpoint ", committedTs, " is above the removal's ", capTs);
        }
    }
}
