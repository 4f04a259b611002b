package dev.maintainer.core.inspect;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.Printable;
import dev.maintainer.core.BarrierPhase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block event that is not over: how far it is, and whom it waits for. Immutable.
 *
 * @param event the event
 * @param phase how far it is
 * @param ageMillis since when the maintainer knows it
 * @param stillMillis for how long it has come no nearer to its end: nobody has come to it, or gone on, and its phase is the
 *     same; precise to a tick
 * @param triggerNode where the DDL trigger dispatcher runs, which executes it
 * @param triggerWaits whether the DDL trigger dispatcher has come to it, and not passed it
 * @param waiting how many spans wait at it
 * @param missing some of the spans that it waits for: those that have not come to it, or, once it was executed, have not
 *     gone on; empty while it is being executed
 * @param attempt how often it was to be executed, under this owner
 * @param refusal why that attempt was refused, by the sink or because it must not be executed; null if it was not
 * @param forbidden whether it was refused because it must not be executed: then it cannot be skipped either
 */
public record OpenBarrier(
        BlockEvent event,
        BarrierPhase phase,
        long ageMillis,
        long stillMillis,
        NodeId triggerNode,
        boolean triggerWaits,
        int waiting,
        List<Missing> missing,
        long attempt,
        @Nullable String refusal,
        boolean forbidden) {
    /** A statement is not shown at greater length than this, in characters. */
    public static final int MOST_SHOWN = 200;

    /** Copies the list. */
    public OpenBarrier {
        missing = List.copyOf(missing);
    }

    /**
     * A span that an event waits for.
     *
     * @param dispatcher who replicates it
     * @param span the range
     * @param node where it runs, or will; null if it is absent
     * @param checkpointTs how far it is, as far as is known; a TSO
     */
    public record Missing(
            DispatcherId dispatcher,
            TableSpan span,
            @Nullable NodeId node,
            long checkpointTs) {
        private String where() {
            return "dispatcher " + dispatcher + " of " + span + (node == null ? "" : " on " + node);
        }
    }

    /** Whether the event waits for the DDL trigger dispatcher to come, to execute it, or to go on. */
    public boolean awaitsTrigger() {
        return switch (phase) {
            case COLLECTING -> !triggerWaits;
            case WRITING -> true;
            case REFUSED -> false;
            case PASSING, DONE -> triggerWaits;
        };
    }

    /** The statement in one line that a terminal can show, and not too long. */
    public String statement() {
        return shown(event.statement());
    }

    /** A text from outside, as {@link #statement()} shows it. */
    public static String shown(String text) {
        boolean whole = text.length() <= MOST_SHOWN;
        int end = !whole && Character.isHighSurrogate(text.charAt(MOST_SHOWN - 1)) ? MOST_SHOWN - 1 : MOST_SHOWN;
        return Printable.line(whole ? text : text.substring(0, end) + "...");
    }

    /** The event, whom it waits for, and what to do; in clauses with semicolons between. */
    public String text() {
        String name = event.key().kind() == BlockKind.DDL ? event.key() + " (" + statement() + ")" : "" + event.key();
        if (phase == BarrierPhase.REFUSED) {
            return "block event " + name + " is refused: " + reason() + "; the checkpoint stays before it, and "
                    + waiting + " spans wait at it; " + wayOut();
        }
        return "block event " + name + " is " + phase + " and has not moved for " + stillMillis + " ms, " + waiting
                + " spans wait at it; " + waitsFor();
    }

    /** What can be done about a refused event, in clauses with semicolons between. */
    public String wayOut() {
        return forbidden
                ? "it can be neither executed nor skipped under these routes; replicate into a new sink with other routes"
                : "mend the cause and say 'ctl barrier retry " + event.key() + "', or do by hand what it does and say"
                        + " 'ctl barrier skip " + event.key() + "'; --dry-run tells what would happen";
    }

    /** Why it was refused, in one line that a terminal can show, and not too long; empty if it was not. */
    public String reason() {
        return refusal == null ? "" : shown(refusal);
    }

    private String waitsFor() {
        String trigger = "the DDL trigger dispatcher on " + triggerNode;
        Missing first = missing.isEmpty() ? null : missing.get(0);
        return switch (phase) {
            case COLLECTING ->
                first != null ? hasNotCome(first) : triggerWaits ? "nobody is missing" : awaited(trigger);
            case REFUSED -> "a decision";
            case WRITING -> trigger + " executes it; look at the sink, and at the log of " + triggerNode;
            case PASSING, DONE ->
                "it was executed, and "
                        + (first != null
                                ? first.where() + " has not gone on; look at " + first.node()
                                : trigger + " has not gone on; look at " + triggerNode);
        };
    }

    private static String awaited(String trigger) {
        return trigger + " has not come to it; look at that node, and at what it reads from the source";
    }

    private static String hasNotCome(Missing missing) {
        return missing.node() == null
                ? missing.where() + ", at " + missing.checkpointTs() + ", is not placed; 'ctl explain' says why"
                : missing.where() + ", at " + missing.checkpointTs() + ", has not come to it; look at " + missing.node()
                        + ", or wait if it is catching up";
    }
}
