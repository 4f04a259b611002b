package dev.maintainer.simulator.world;

import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.function.Consumer;

/** A person who looks at refused block events of a node now and then, and decides; sometimes about what is over already. */
final class RefusalDecider {
    private static final int MOST_MILLIS = 4_000;
    private static final int SKIPPED_OF = 4;

    private final SimulatedNode node;
    private final Timeline timeline;
    private final Consumer<HostInput.RefusalDecided> host;

    RefusalDecider(SimulatedNode node, Timeline timeline, Consumer<HostInput.RefusalDecided> host) {
        this.node = node;
        this.timeline = timeline;
        this.host = host;
    }

    /** Somebody decides after a while, and again until the trigger is told. */
    void await(SimulatedDispatcher trigger, BlockKey event) {
        timeline.in(100L + node.faults().deliberation(MOST_MILLIS), () -> {
            boolean waits =
                    trigger.waitsAt() != null && trigger.waitsAt().key().equals(event) && trigger.decided() == null;
            if (waits && !trigger.isOver() && node.isUp()) {
                decide(trigger.spec.changefeed(), event);
                await(trigger, event);
            }
        });
    }

    private void decide(ChangefeedId pipeline, BlockKey event) {
        for (OpenBarrier open : node.barriers(pipeline)) {
            if (open.phase() == BarrierPhase.REFUSED && open.event().key().equals(event)) {
                RefusalDecision decision =
                        node.faults().deliberation(SKIPPED_OF) == 0 ? RefusalDecision.SKIP : RefusalDecision.RETRY;
                timeline.tell(() -> "somebody wants " + pipeline + " to " + decision + " " + event);
                node.epoch(pipeline)
                        .ifPresent(epoch -> host.accept(
                                new HostInput.RefusalDecided(pipeline, epoch, event, open.attempt(), decision)));
            }
        }
    }
}
