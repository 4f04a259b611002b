package com.example.pinned;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** One plan: first what is absent, then what is not where it is pinned, then evenness. */
final class Round {
    /** So many absent spans that wait for their busy node are passed over, to find others behind them. */
    private static final int MOST_PASSED = 1_000;

    private final SchedulingSnapshot snapshot;
    private final Pins pins;
    private final Draft draft;
    private final TreeMap<NodeId, Slot> slots = new TreeMap<>();
    private final TreeSet<DispatcherId> refused = new TreeSet<>();

    Round(SchedulingSnapshot snapshot, Budget budget, Pins pins) {
        this.snapshot = snapshot;
        this.pins = pins;
        this.draft = new Draft(budget);
        for (NodeView node : snapshot.nodes()) {
            slots.put(node.id(), new Slot(node, budget.maxInFlightPerNode()));
        }
        snapshot.refused().stream().map(RefusedDecision::dispatcher).forEach(refused::add);
    }

    boolean hasNodes() {
        return slots.values().stream().anyMatch(Slot::eligible);
    }

    Plan plan() {
        return draft.toPlan();
    }

    /** Where a span belongs; empty if it is not pinned, or its node may not get spans now. */
    private Optional<Slot> home(SpanView span) {
        return pins.of(span.name()).map(pin -> slots.get(pin.node())).filter(Slot::eligible);
    }

    // ---- what is absent ----------------------------------------------------------------------------------------

    void placeAbsent() {
        List<SpanView> later = new ArrayList<>();
        int passed = 0;
        for (GroupId group : snapshot.groups()) {
            for (SpanView span : snapshot.absent(group)) {
                if (!draft.mayDecide() || passed > MOST_PASSED) {
                    draft.waits();
                    return;
                }
                if (refused.contains(span.dispatcher())) {
                    later.add(span);
                } else if (!place(span)) {
                    passed++;
                }
            }
        }
        // What was refused in the last round comes last, so that it holds up nobody.
        for (SpanView span : later) {
            if (!draft.mayDecide()) {
                draft.waits();
                return;
            }
            place(span);
        }
    }

    private boolean place(SpanView span) {
        Slot home = home(span).orElse(null);
        Slot target = home == null ? leastLoaded() : home;
        if (target == null || !target.isOpen()) {
            draft.waits();
            return false;
        }
        Reason reason = home == null
                ? new Reason("LEAST_LOADED", target.id() + " has " + target.load() + " spans")
                : new Reason("PINNED", "tables called " + span.name() + " belong on " + home.id());
        draft.place(span, target, reason);
        return true;
    }

    private Slot leastLoaded() {
        return slots.values().stream()
                .filter(Slot::isOpen)
                .min(Slot.LEAST_LOADED_FIRST)
                .orElse(null);
    }

    // ---- what is not where it is pinned ------------------------------------------------------------------------

    /** Looks at all pinned tables, and counts on the way what evening out must leave alone. */
    void restorePinned() {
        for (Pin pin : pins.all()) {
            Slot home = slots.get(pin.node());
            pin.forEachTable(snapshot, table -> {
                boolean counts = pins.of(table.name()).filter(pin::equals).isPresent();
                if (counts) {
                    restore(table, home);
                }
            });
        }
    }

    private void restore(TableView table, Slot home) {
        for (SpanView span : snapshot.spans(table.table())) {
            Slot here = span.node() == null ? null : slots.get(span.node());
            if (home == null || !home.eligible()) {
                draft.isAway();
            } else if (here != null && (here == home || !bring(span, here, home))) {
                if (span.group().isDefault() || here.isEmptied()) {
                    here.hold();
                }
            }
        }
    }

    private boolean bring(SpanView span, Slot here, Slot home) {
        boolean mayLeave = here.eligible() || here.isEmptied();
        if (!mayLeave
                || draft.hasDecided(span)
                || snapshot.isInFlight(span.dispatcher())
                || refused.contains(span.dispatcher())) {
            return false;
        }
        if (!draft.mayMove() || !home.isOpen()) {
            draft.waits();
            return false;
        }
        Reason reason =
                new Reason("PINNED", "tables called " + span.name() + " belong on " + home.id() + ", not " + here.id());
        draft.restore(span, here, home, reason);
        return true;
    }

    // ---- evenness ----------------------------------------------------------------------------------------------

    /** Empties nodes that shall be empty; and, unless something waits or the host wants calm, evens the others out. */
    void spread() {
        Shares shares = new Shares(snapshot, slots.values());
        shares.set();
        boolean even = !draft.hasWaiting() && !snapshot.isRebalanceSuspended();
        for (Slot giver : shares.givers(even)) {
            if (!give(giver, shares)) {
                return;
            }
        }
    }

    /** Returns whether there may be room for what others give. */
    private boolean give(Slot giver, Shares shares) {
        for (GroupId group : giver.eligible() ? List.of(GroupId.DEFAULT) : snapshot.groups()) {
            for (SpanView span : snapshot.replicating(group, giver.id())) {
                if (giver.surplus() <= 0) {
                    return true;
                }
                boolean stays = draft.hasDecided(span)
                        || refused.contains(span.dispatcher())
                        || home(span).isPresent();
                if (stays) {
                    continue;
                }
                Slot taker = draft.mayMove() ? shares.taker() : null;
                if (taker == null) {
                    return false;
                }
                draft.move(span, giver, taker, reason(giver, taker));
            }
        }
        return true;
    }

    private static Reason reason(Slot giver, Slot taker) {
        String to = taker.id() + " has " + taker.load() + ", its share is " + taker.share();
        return giver.eligible()
                ? new Reason("EVEN", giver.id() + " has " + giver.load() + ", its share is " + giver.share() + "; " + to)
                : new Reason("EMPTY", giver.id() + " may not keep spans; " + to);
    }
}
