package dev.maintainer.simulator.seeded;

import java.util.ArrayList;
import java.util.List;

/** All bugs that are planted. */
final class Bugs {
    private Bugs() {}

    static List<SeededBug> all() {
        List<SeededBug> all = new ArrayList<>();
        all.addAll(RemovalBugs.all());
        all.addAll(ProgressBugs.all());
        all.addAll(RebuildBugs.all());
        all.addAll(OperatorBugs.all());
        all.addAll(DivisionBugs.all());
        all.addAll(PeopleBugs.all());
        all.addAll(PlanningBugs.all());
        all.addAll(WorkerBugs.all());
        all.addAll(CoordinatorBugs.all());
        all.addAll(RedoBugs.all());
        all.addAll(LimitBugs.all());
        all.addAll(ChangefeedsBugs.all());
        all.addAll(BarrierBugs.all());
        return List.copyOf(all);
    }
}
