package com.example.ring;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016). Each absent span goes to the first node
 * behind it on the ring that may have more, by its {@link Window} and by that of its zone. Spans of nodes that may not
 * keep them go the same way, to a node of their zone if it may have more. When all have a node, as few spans are moved
 * as bring zones and nodes back into their windows.
 *
 * <p>A plan with nothing to do costs the number of nodes. Otherwise it also makes the ring, and each decision costs
 * the number of nodes and the points that are walked past. Spans are read one per decision, one more per node that
 * gives, and those that were refused.
 */
final class RingScheduler implements Scheduler {
    private static final Predicate<Home> FITS =
            home -> home.window().canTake() && home.zone().canTake();
    private static final Predicate<Home> IS_OUT = home -> home.window().isOver()
            || home.window().isUnder()
            || home.zone().isOver()
            || home.zone().isUnder();

    private final int nodeTolerance;
    private final int zoneTolerance;

    RingScheduler(int nodeTolerance, int zoneTolerance) {
        this.nodeTolerance = nodeTolerance;
        this.zoneTolerance = zoneTolerance;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Fleet fleet = new Fleet(snapshot, budget, nodeTolerance, zoneTolerance);
        if (fleet.homes().isEmpty()) {
            return Plan.keep(new Reason("NO_NODES", "no node may get spans"));
        }
        Round round = new Round(snapshot, fleet, new Draft(budget));
        round.place();
        round.drain();
        round.even();
        return round.draft.toPlan();
    }

    /** One plan in the making. */
    private static final class Round {
        private final SchedulingSnapshot snapshot;
        private final Fleet fleet;
        private final Draft draft;
        private final TreeSet<DispatcherId> refused = new TreeSet<>();
        private final TreeMap<NodeId, Iterator<SpanView>> running = new TreeMap<>();

        Round(SchedulingSnapshot snapshot, Fleet fleet, Draft draft) {
            this.snapshot = snapshot;
            this.fleet = fleet;
            this.draft = draft;
            snapshot.refused().stream().map(RefusedDecision::dispatcher).forEach(refused::add);
        }

        void place() {
            List<SpanView> later = new ArrayList<>();
            for (GroupId group : snapshot.groups()) {
                for (SpanView span : snapshot.absent(group)) {
                    if (refused.contains(span.dispatcher())) {
                        later.add(span);
                    } else if (!place(span)) {
                        return;
                    }
                }
            }
            // What was refused in the last round comes last, so that it holds up nobody.
            for (SpanView span : later) {
                if (!place(span)) {
                    return;
                }
            }
        }

        private boolean place(SpanView span) {
            Optional<Home> target = draft.mayDecide() ? target(span, home -> true) : Optional.empty();
            target.ifPresentOrElse(home -> draft.place(span, home), draft::waits);
            return target.isPresent();
        }

        void drain() {
            for (NodeView node : snapshot.nodes()) {
                if (node.eligible()) {
                    continue;
                }
                Iterator<SpanView> leaving = new RunningSpans(snapshot, node.id(), refused);
                while (leaving.hasNext()) {
                    if (!draft.mayMove()) {
                        return;
                    }
                    if (!drain(leaving.next(), node)) {
                        break;
                    }
                }
            }
        }

        private boolean drain(SpanView span, NodeView origin) {
            Predicate<Home> sameZone = home -> home.zoneName().equals(origin.zone());
            boolean near = fleet.any(sameZone.and(FITS));
            Optional<Home> target = target(span, near ? sameZone : home -> true);
            target.ifPresentOrElse(home -> draft.drain(span, origin.id(), home, near), draft::waits);
            return target.isPresent();
        }

        /**
         * Where a span without a node goes: the first on the ring of those that the windows ask for. If those are busy,
         * it waits for them, so that a small budget costs rounds and no moves later.
         */
        private Optional<Home> target(SpanView span, Predicate<Home> scope) {
            boolean zonesFirst = fleet.zonesNeedAll();
            boolean nodesFirst = fleet.nodesNeedAll();
            Predicate<Home> asked = home -> (zonesFirst ? home.zone().isUnder() : home.zone().canTake())
                    && (nodesFirst ? home.window().isUnder() : home.window().canTake());
            // Spans that may not move can make windows impossible; a span without a node is worse than a full node.
            for (Predicate<Home> choice :
                    List.<Predicate<Home>>of(asked, FITS, home -> home.window().canTake(), home -> true)) {
                Predicate<Home> candidates = scope.and(choice);
                if (fleet.any(candidates)) {
                    Predicate<Home> free = candidates.and(Home::hasRoom);
                    if (!fleet.any(free)) {
                        return Optional.empty();
                    }
                    fleet.housed();
                    return Optional.of(fleet.ring().first(span.span(), free));
                }
            }
            return Optional.empty();
        }

        /** Zones first: moves within a zone do not change zones again. Not before all spans have a node. */
        void even() {
            if (draft.hasWaiting() || !fleet.any(IS_OUT)) {
                return;
            }
            if (fleet.hasManyZones()) {
                while (draft.mayMove() && evenZones()) {
                    // Each step brings a zone nearer to its window.
                }
            }
            TreeSet<String> zones = new TreeSet<>();
            fleet.homes().forEach(home -> zones.add(home.zoneName()));
            for (String zone : zones) {
                while (draft.mayMove() && evenNodes(zone)) {
                    // Each step brings a node nearer to its window.
                }
            }
        }

        private boolean evenZones() {
            boolean over = fleet.any(home -> home.zone().isOver());
            boolean under = fleet.any(home -> home.zone().isUnder());
            if (!over && !under) {
                return false;
            }
            return move(
                    home -> over ? home.zone().isOver() : home.zone().canGive(),
                    home -> (under ? home.zone().isUnder() : home.zone().canTake())
                            && home.window().canTake(),
                    true);
        }

        private boolean evenNodes(String zone) {
            Predicate<Home> here = home -> home.zoneName().equals(zone);
            boolean over = fleet.any(here.and(home -> home.window().isOver()));
            boolean under = fleet.any(here.and(home -> home.window().isUnder()));
            if (!over && !under) {
                return false;
            }
            return move(
                    here.and(home -> over ? home.window().isOver() : home.window().canGive()),
                    here.and(home -> under ? home.window().isUnder() : home.window().canTake()),
                    false);
        }

        private boolean move(Predicate<Home> from, Predicate<Home> to, boolean zones) {
            boolean anyUnder = fleet.any(to.and(home -> home.window().isUnder()));
            Predicate<Home> taker = to.and(Home::hasRoom).and(home -> !anyUnder || home.window().isUnder());
            Optional<Home> giver = fleet.mostSurplus(from.and(home -> spans(home).hasNext()));
            if (giver.isEmpty() || !fleet.any(taker)) {
                return false;
            }
            SpanView span = spans(giver.get()).next();
            draft.even(span, giver.get(), fleet.ring().first(span.span(), taker), zones);
            return true;
        }

        /** What runs on a node and may move. */
        private Iterator<SpanView> spans(Home home) {
            return running.computeIfAbsent(home.id(), id -> new RunningSpans(snapshot, id, refused));
        }
    }
}
