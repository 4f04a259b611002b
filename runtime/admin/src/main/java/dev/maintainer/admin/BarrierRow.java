package dev.maintainer.admin;

import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.inspect.OpenBarrier;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A block event that is not over, for people and programs.
 *
 * @param kind what it is
 * @param commitTs when it was committed upstream; a TSO
 * @param statement what it does, printable and at most some hundred characters
 * @param phase how far it is
 * @param ageMillis since when the maintainer knows it
 * @param stillMillis for how long it has come no nearer to its end
 * @param triggerNode where the DDL trigger dispatcher runs, which executes it
 * @param awaitsTrigger whether it waits for the DDL trigger dispatcher to come, to execute it, or to go on
 * @param waiting how many spans wait at it
 * @param missing some of the spans that have not come to it, or, once it was executed, have not gone on
 * @param refusal what the sink says, printable and at most some hundred characters; empty unless it refuses the event
 * @param wayOut what can be done about a refused event; empty unless it is refused
 * @param text the same in a sentence, with what to do
 */
public record BarrierRow(
        BlockKind kind,
        long commitTs,
        String statement,
        BarrierPhase phase,
        long ageMillis,
        long stillMillis,
        NodeId triggerNode,
        boolean awaitsTrigger,
        int waiting,
        List<Missing> missing,
        String refusal,
        String wayOut,
        String text) {
    /** So many missing spans are named of each event, at most. */
    public static final int MOST_MISSING = 10;

    /** Copies the list. */
    public BarrierRow {
        missing = List.copyOf(missing);
    }

    /**
     * A span that an event waits for.
     *
     * @param table what its table is called; empty if nobody knows
     * @param node where it runs, or will; null if it is absent
     * @param checkpointTs how far it is, as far as is known; a TSO
     */
    public record Missing(
            DispatcherId dispatcher,
            TableSpan span,
            String table,
            @Nullable NodeId node,
            long checkpointTs) {}

    /**
     * What a maintainer says of an event.
     *
     * @param names of tables; empty if nobody knows
     */
    public static BarrierRow of(OpenBarrier barrier, Function<TableId, String> names) {
        return new BarrierRow(
                barrier.event().key().kind(),
                barrier.event().key().commitTs(),
                barrier.statement(),
                barrier.phase(),
                barrier.ageMillis(),
                barrier.stillMillis(),
                barrier.triggerNode(),
                barrier.awaitsTrigger(),
                barrier.waiting(),
                barrier.missing().stream()
                        .map(each -> new Missing(
                                each.dispatcher(),
                                each.span(),
                                names.apply(each.span().table()),
                                each.node(),
                                each.checkpointTs()))
                        .toList(),
                barrier.reason(),
                barrier.refusal() == null ? "" : barrier.wayOut(),
                barrier.text());
    }
}
