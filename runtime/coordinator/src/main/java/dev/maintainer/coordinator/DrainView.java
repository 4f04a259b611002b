package dev.maintainer.coordinator;

import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The node that is being emptied, at one moment. Immutable.
 *
 * @param target the node, and the epoch of the last change
 * @param state how far that is
 * @param maintainers that are still on the node, or on their way away from it
 * @param unheard changefeeds that have not reported under this epoch: what they have there is unknown
 * @param spans that are still on the node
 * @param operators that come from the node, go to it or wait for it
 * @param unaware nodes that have not confirmed the change
 * @param answers what became of the last requests of people, by their numbers
 */
public record DrainView(
        DrainTarget target,
        State state,
        int maintainers,
        int unheard,
        int spans,
        int operators,
        SortedSet<NodeId> unaware,
        Map<Long, Answer> answers) {
    /** No node is being emptied, and nobody has asked for it. */
    public static final DrainView NONE =
            new DrainView(DrainTarget.NONE, State.NONE, 0, 0, 0, 0, new TreeSet<>(), Map.of());

    /** How far a drain is. */
    public enum State {
        /** None is under way, and every node knows. */
        NONE,
        /** There is work on the node, or may be. */
        DRAINING,
        /** Nothing is on the node, and nothing will be placed there. It can be stopped. */
        DRAINED,
        /** The drain has ended; not all nodes know yet. */
        CLEARING
    }

    /**
     * What became of a request.
     *
     * @param accepted whether it was, or had been, carried out
     * @param text for people
     */
    public record Answer(boolean accepted, String text) {}

    /**
     * Copies the collections.
     *
     * @param target the node, and the epoch of the last change
     * @param state how far that is
     * @param maintainers that are still on the node, or on their way away from it
     * @param unheard changefeeds that have not reported under this epoch: what they have there is unknown
     * @param spans that are still on the node
     * @param operators that come from the node, go to it or wait for it
     * @param unaware nodes that have not confirmed the change
     * @param answers what became of the last requests of people, by their numbers
     */
    public DrainView {
        unaware = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(unaware));
        answers = java.util.Collections.unmodifiableMap(new TreeMap<>(answers));
    }

    /** {@return what is still to be done, at least; 0 only if nothing is} */
    public int remaining() {
        return maintainers + unheard + spans + operators;
    }

    /** {@return how far the drain is, in a sentence for people} */
    public String describe() {
        return switch (state) {
            case NONE -> "no node is being drained";
            case DRAINED -> target + " is empty and may be stopped";
            case CLEARING -> "the drain has ended, " + unaware + " do not know yet";
            case DRAINING -> target + " is being emptied; left are " + left();
        };
    }

    private String left() {
        List<String> left = new ArrayList<>();
        add(left, maintainers, "maintainer", "s");
        add(left, spans, "span", "s");
        add(left, operators, "operator", "s");
        add(
                left,
                unheard,
                unheard == 1 ? "changefeed that has not reported yet" : "changefeeds that have not reported yet",
                "");
        add(
                left,
                unaware.size(),
                (unaware.size() == 1 ? "node that does" : "nodes that do") + " not know yet: " + unaware,
                "");
        return left.isEmpty() ? "last confirmations" : String.join(", ", left);
    }

    private static void add(List<String> left, int count, String what, String plural) {
        if (count > 0) {
            left.add(count + " " + what + (count == 1 ? "" : plural));
        }
    }
}
