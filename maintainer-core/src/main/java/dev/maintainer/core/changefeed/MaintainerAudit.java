package dev.maintainer.core.changefeed;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.barrier.BarrierInspection;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.gate.CommandGate;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.operator.OperatorController;
import java.util.List;

/** What must hold between the parts of a maintainer; each part audits itself. Changes nothing. */
final class MaintainerAudit {
    private final LifecycleState lifecycle;
    private final Members members;
    private final SpanState spans;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final Trigger trigger;
    private final CheckpointCalculator checkpoint;
    private final CommandGate gate;
    private final BarrierInspection barrier;

    MaintainerAudit(
            LifecycleState lifecycle,
            Members members,
            SpanState spans,
            Trigger trigger,
            CheckpointCalculator checkpoint,
            CommandGate gate,
            BarrierInspection barrier) {
        this.lifecycle = lifecycle;
        this.members = members;
        this.spans = spans;
        this.registry = spans.registry();
        this.operators = spans.operators();
        this.trigger = trigger;
        this.checkpoint = checkpoint;
        this.gate = gate;
        this.barrier = barrier;
    }

    /**
     * Looks at everything.
     *
     * @param capTs the bound that the phase sets to the checkpoint; a TSO
     * @param removalCapTs what no checkpoint of a removal may have passed; a TSO
     */
    List<Finding> run(long capTs, long removalCapTs, DispositionCounts dispositions) {
        Findings findings = new Findings();
        findings.addAll(registry.audit());
        findings.addAll(operators.audit());
        findings.addAll(members.audit());
        findings.addAll(spans.unclaimed().audit());
        findings.addAll(checkpoint.audit(capTs));
        findings.addAll(dispositions.audit());
        findings.addAll(barrier.audit());
        for (NodeId node : registry.boundNodes()) {
            registry.on(node).forEach(replica -> bound(replica, findings));
        }
        identities(findings);
        ofLifecycle(removalCapTs, findings);
        return findings.all();
    }

    private void bound(SpanReplica replica, Findings findings) {
        boolean driven = operators.isInFlight(replica.id());
        boolean scheduling = replica.state() == SpanReplica.State.SCHEDULING;
        findings.require(!scheduling || driven, "I-29", replica, " is being scheduled by no operator");
        NodeId node = replica.node();
        boolean alive = lifecycle.phase() != LifecyclePhase.RUNNING || (node != null && members.isAlive(node));
        findings.require(alive || driven, "I-28", replica, " is bound to a dead node, and no operator drives it away");
    }

    private void identities(Findings findings) {
        boolean ownTrigger = registry.get(trigger.id()) == null;
        findings.require(ownTrigger, "I-1", "the DDL trigger dispatcher is registered as a span");
        for (DispatcherId id : spans.unclaimed().ids()) {
            boolean once = registry.get(id) == null;
            findings.require(once, "I-1", "dispatcher ", id, " is both registered and unclaimed");
        }
        for (DispatcherId id : spans.tombstones().ids()) {
            boolean gone = registry.get(id) == null;
            findings.require(gone, "I-30", "dispatcher ", id, " was removed on purpose and is registered");
        }
    }

    private void ofLifecycle(long capTs, Findings findings) {
        LifecyclePhase phase = lifecycle.phase();
        boolean frozen = operators.isQuiesced();
        findings.require(frozen == lifecycle.isQuiesced(), "I-36", "phase ", phase, ", quiesced: ", frozen);
        findings.require(gate.suppressed() == 0, "I-33", gate.suppressed(), " commands had to be stopped");
        long committedTs = checkpoint.committedTs();
        if (phase == LifecyclePhase.REMOVING) {
            findings.require(
                    committedTs <= capTs, "I-35", "checkpoint ", committedTs, " is above the removal's ", capTs);
        }
    }
}
