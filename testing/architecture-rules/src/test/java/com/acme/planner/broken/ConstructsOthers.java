package com.acme.planner.broken;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.List;
import java.util.function.IntFunction;

/** P13: what the host makes, and constructors of what has factories; a reference is a call too. */
abstract class ConstructsOthers implements SchedulingSnapshot {
    NodeView host(NodeId id) {
        return new NodeView(id, true, 1, 0);
    }

    Plan constructor(Reason reason) {
        return new Plan(List.of(), reason, List.of());
    }

    IntFunction<SpiLevel> reference() {
        return SpiLevel::new;
    }
}
