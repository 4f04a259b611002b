package dev.maintainer.coordinator;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView.Answer;
import dev.maintainer.coordinator.DrainView.State;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties one node at a time. What is wanted is one value, the {@link DrainTarget}; every change of it has a higher epoch,
 * and is repeated to each host until that has confirmed it. So a later coordinator finds it with the hosts, and goes on.
 *
 * <p>A drain ends when its node has left, when people cancel it, or when no other node is left to take the work.
 */
final class DrainSession {
    private static final Logger LOG = LoggerFactory.getLogger(DrainSession.class);

    private static final int EPOCHS_PER_VERSION_BITS = 20;
    private static final int UNKNOWN = -1;
    private static final int MOST_MOVES = 10;
    private static final int ANSWERS_KEPT = 16;

    private final long version;
    private final Fleet fleet;
    private final CoordinatorConfig config;
    private final CoordinatorObserver observer;
    private final SortedSet<NodeId> confirmed = new TreeSet<>();
    private final Map<Long, Answer> answers = new LinkedHashMap<>();
    private DrainTarget target = DrainTarget.NONE;
    private DrainTarget reported = DrainTarget.NONE;
    private int hostedThere;
    private long sendAt;
    private volatile DrainView view = DrainView.NONE;

    DrainSession(long version, Fleet fleet, CoordinatorConfig config, CoordinatorObserver observer) {
        this.version = version;
        this.fleet = fleet;
        this.config = config;
        this.observer = observer;
    }

    DrainView view() {
        return view;
    }

    // ---- what is wanted ----------------------------------------------------------------------------------------

    /** Somebody wants a node emptied. */
    void start(long number, NodeId node, long nowMillis) {
        NodeId present = target.node();
        if (node.equals(present)) {
            answer(number, true, "node " + node + " is being drained already, epoch " + target.epoch());
        } else if (present != null) {
            answer(number, false, "node " + present + " is being drained; wait for its end, or cancel it");
        } else if (!unaware().isEmpty()) {
            answer(number, false, "nodes " + unaware() + " do not know yet that the last drain has ended; ask again");
        } else if (!fleet.isAlive(node)) {
            answer(number, false, "node " + node + " is not a member");
        } else if (fleet.isAlone(node)) {
            answer(number, false, "node " + node + " is the only one; there is no node that could take its work");
        } else {
            change(node, "asked for", nowMillis);
            answer(number, true, "node " + node + " is being drained, epoch " + target.epoch());
        }
    }

    /** Somebody wants no node emptied any more. */
    void cancel(long number, long nowMillis) {
        NodeId present = target.node();
        if (present == null) {
            answer(number, true, "no node is being drained");
        } else {
            change(null, "cancelled", nowMillis);
            answer(number, true, "the drain of node " + present + " is cancelled, epoch " + target.epoch());
        }
    }

    /** The request came before anything could be done about it. */
    void refuse(long number, String why) {
        answer(number, false, why);
        publish(State.NONE, 0, 0, 0, 0, unaware());
    }

    private void answer(long number, boolean accepted, String text) {
        answers.put(number, new Answer(accepted, text));
        if (answers.size() > ANSWERS_KEPT) {
            answers.remove(answers.keySet().iterator().next());
        }
        if (!accepted) {
            observer.reportRefused("DrainNode", text);
        }
    }

    private void change(@Nullable NodeId node, String why, long nowMillis) {
        DrainTarget before = target;
        long epoch = Math.max(target.epoch(), version << EPOCHS_PER_VERSION_BITS) + 1;
        target = new DrainTarget(node, epoch);
        confirmed.clear();
        hostedThere = UNKNOWN;
        sendAt = nowMillis;
        LOG.info("drain of {} after {}: {}", target, before, why);
        observer.drainChanged(target, nowMillis);
    }

    // ---- what hosts say ----------------------------------------------------------------------------------------

    /** The coordinator begins: it goes on with what the hosts know. */
    void resume(Collection<DrainTarget> held, long nowMillis) {
        boolean agreed = held.stream().distinct().count() == 1;
        for (DrainTarget each : held) {
            if (each.isNewerThan(target)) {
                target = each;
            }
        }
        if (target.node() != null || (!agreed && target.epoch() > 0)) {
            change(target.node(), "begun under a former coordinator", nowMillis);
        }
    }

    /**
     * A host has told what it knows.
     *
     * @param maintainers that it hosts, former owners included: nobody else knows of those
     */
    void held(NodeId node, DrainTarget held, int maintainers) {
        if (held.equals(target) && held.is(node)) {
            hostedThere = maintainers;
        }
        if (held.equals(target)) {
            confirmed.add(node);
        } else {
            confirmed.remove(node);
        }
    }

    private SortedSet<NodeId> unaware() {
        SortedSet<NodeId> unaware = new TreeSet<>();
        if (target.epoch() > 0) {
            unaware.addAll(fleet.alive());
            unaware.removeAll(confirmed);
        }
        return unaware;
    }

    // ---- progress ----------------------------------------------------------------------------------------------

    /** Takes every step that is due. */
    void tick(Collection<ChangefeedPlacement> placements, long nowMillis) {
        NodeId node = target.node();
        if (node != null && (!fleet.isAlive(node) || fleet.isAlone(node))) {
            change(null, fleet.isAlive(node) ? "no other node is left" : "it has left", nowMillis);
            node = null;
        }
        confirmed.removeIf(each -> !fleet.isAlive(each));
        SortedSet<NodeId> unaware = unaware();
        SortedSet<NodeId> asked = new TreeSet<>(unaware);
        if (node != null && hostedThere != 0) {
            asked.add(node);
        }
        if (nowMillis >= sendAt && !asked.isEmpty()) {
            sendAt = nowMillis + config.resendMillis();
            asked.forEach(each -> fleet.send(each, new CoordinatorRequest.SetDrainTarget(target)));
        }
        fleet.close(node, unaware);
        if (node == null) {
            publish(unaware.isEmpty() ? State.NONE : State.CLEARING, 0, 0, 0, 0, unaware);
        } else {
            drain(node, unaware, placements, nowMillis);
        }
    }

    /** Says where maintainers may be placed; before any is. */
    void closeNodes() {
        fleet.close(target.node(), unaware());
    }

    private void drain(
            NodeId node, SortedSet<NodeId> unaware, Collection<ChangefeedPlacement> placements, long nowMillis) {
        int placed = 0;
        int moving = 0;
        int unheard = 0;
        int spans = 0;
        int operators = 0;
        for (ChangefeedPlacement placement : placements) {
            if (!placement.hasWork()) {
                continue;
            }
            if (placement.ownership().isOn(node)) {
                placed++;
                moving += placement.isMoving() ? 1 : 0;
            } else if (placement.ownership().drain().epoch() != target.epoch()) {
                unheard++;
            } else {
                spans += placement.ownership().drain().spans();
                operators += placement.ownership().drain().operators();
            }
        }
        for (ChangefeedPlacement placement : placements) {
            if (moving >= MOST_MOVES) {
                break;
            }
            if (placement.ownership().isOn(node) && !placement.isMoving()) {
                NodeId to = fleet.leastLoaded();
                moving += to != null && placement.move(to, nowMillis) == null ? 1 : 0;
            }
        }
        // Those that own nothing any more are known to their host only.
        int maintainers = Math.max(placed, hostedThere == UNKNOWN ? 1 : hostedThere);
        boolean empty = maintainers + unheard + spans + operators == 0 && unaware.isEmpty();
        publish(empty ? State.DRAINED : State.DRAINING, maintainers, unheard, spans, operators, unaware);
        if (empty && !reported.equals(target)) {
            reported = target;
            LOG.info("{} is empty", target);
            observer.drained(target, nowMillis);
        }
    }

    private void publish(
            State state, int maintainers, int unheard, int spans, int operators, SortedSet<NodeId> unaware) {
        view = new DrainView(target, state, maintainers, unheard, spans, operators, unaware, answers);
    }
}
