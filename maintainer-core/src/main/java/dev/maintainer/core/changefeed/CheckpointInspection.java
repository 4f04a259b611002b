package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.barrier.BarrierInspection;
import dev.maintainer.core.checkpoint.Watermarks;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.lifecycle.LifecycleState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what keeps the checkpoint from rising. Changes nothing. On the maintainer's thread. */
final class CheckpointInspection {
    private final ChangefeedId changefeed;
    private final LifecycleState lifecycle;
    private final Bootstrap bootstrap;
    private final CheckpointProgress checkpoint;
    private final Watermarks watermarks;
    private final WriteRelease release;
    private final BarrierInspection barrier;
    private final SpanInspection spans;
    private final ErrorBoard errors;

    CheckpointInspection(
            ChangefeedId changefeed,
            LifecycleState lifecycle,
            Bootstrap bootstrap,
            CheckpointProgress checkpoint,
            Watermarks watermarks,
            WriteRelease release,
            BarrierInspection barrier,
            SpanInspection spans,
            ErrorBoard errors) {
        this.changefeed = changefeed;
        this.lifecycle = lifecycle;
        this.bootstrap = bootstrap;
        this.checkpoint = checkpoint;
        this.watermarks = watermarks;
        this.release = release;
        this.barrier = barrier;
        this.spans = spans;
        this.errors = errors;
    }

    /** The committed checkpoint; a TSO. */
    long committedTs() {
        return checkpoint.committedTs();
    }

    /** What all dispatchers have received; a TSO. */
    long resolvedTs() {
        return checkpoint.resolvedTs();
    }

    /** In one line. */
    String heldBy() {
        return lifecycle.phase() == LifecyclePhase.BOOTSTRAPPING
                ? "bootstrap, " + bootstrapping()
                : constraint().toString();
    }

    /** Whom it waits for, or what else keeps it from beginning, with the first error that explains it. */
    private String bootstrapping() {
        List<NodeId> outstanding = bootstrap.outstanding();
        String what = outstanding.isEmpty() ? "waits for the source to tell the tables" : "waits for " + outstanding;
        return outstanding.stream()
                .flatMap(node -> errors.of(node).stream())
                .findFirst()
                .or(() -> errors.all().stream().findFirst())
                .map(error ->
                        what + "; " + error.node() + " says " + error.code().code() + " " + error.message())
                .orElse(what);
    }

    private CheckpointConstraint constraint() {
        CheckpointConstraint holder = checkpoint.heldBy();
        NodeId node = holder.node();
        if (holder.kind() != CheckpointConstraint.Kind.NODE || node == null) {
            return holder;
        }
        if (release.holdsCheckpoint()) {
            return CheckpointConstraint.REDO_LOG;
        }
        Watermark watermark = watermarks.of(node);
        return watermark != null && barrier.holds(node, watermark.checkpointTs())
                ? new CheckpointConstraint(CheckpointConstraint.Kind.BARRIER, node)
                : holder;
    }

    CheckpointDiagnosis blame(long nowMillis) {
        long heldMillis = checkpoint.heldMillis(nowMillis);
        if (lifecycle.phase() == LifecyclePhase.BOOTSTRAPPING) {
            return blame(
                    CheckpointConstraint.BOOTSTRAP,
                    null,
                    heldMillis,
                    "the maintainer has not begun: it " + bootstrapping());
        }
        CheckpointConstraint holder = constraint();
        NodeId node = holder.node();
        return switch (holder.kind()) {
            case BOOTSTRAP -> blame(holder, null, heldMillis, "no checkpoint was computed yet");
            case REDO_LOG ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        "the redo log is durable up to " + release.releasedTs()
                                + ", and nothing later may be written to the sink; see what holds the checkpoint of "
                                + changefeed.in(ReplicationMode.REDO));
            case NOTHING -> blame(holder, null, heldMillis, "nothing holds it: there is nothing to replicate");
            case SPAN -> {
                SpanExplanation span = spans.lowest(nowMillis).orElse(null);
                yield blame(
                        holder,
                        span,
                        heldMillis,
                        span == null
                                ? "the span that held it has been placed since"
                                : "dispatcher " + span.dispatcher() + " of " + span.span() + " at "
                                        + span.checkpointTs() + ": " + span.text());
            }
            case REMOVAL ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        "the maintainer is being removed, and what it has frozen or its DDL trigger caps it; the next"
                                + " owner goes on");
            case TRIGGER ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        "the DDL trigger dispatcher on " + node + " does not run, and nothing is replicated beyond it;"
                                + " it is made again until that succeeds");
            case MISSING_WATERMARK ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        node + " runs " + (node == null ? 0 : spans.boundCount(node))
                                + " dispatchers and has sent no watermark; look at that node");
            case NODE -> {
                Watermark watermark = node == null ? null : watermarks.of(node);
                yield blame(
                        holder,
                        null,
                        heldMillis,
                        "the slowest of the dispatchers of " + node + ", "
                                + (node == null ? 0 : spans.boundCount(node))
                                + " with spans, is at "
                                + (watermark == null ? "an unknown checkpoint" : watermark.checkpointTs())
                                + ", and that node knows which; the checkpoint is as far as its sink is"
                                + blockEvent(node, nowMillis));
            }
            case BARRIER ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        "dispatchers of " + node + " wait at a block event" + blockEvent(node, nowMillis));
            case DROPPED_TABLE ->
                blame(holder, null, heldMillis, holder + "; it goes on when everything has passed the drop");
        };
    }

    /** What else holds a node: a span that is missing there may be the slowest. */
    private String blockEvent(@Nullable NodeId node, long nowMillis) {
        return barrier.first(node, nowMillis).map(event -> "; " + event.text()).orElse("");
    }

    private CheckpointDiagnosis blame(
            CheckpointConstraint holder, @Nullable SpanExplanation span, long heldMillis, String text) {
        NodeId node = holder.node() != null ? holder.node() : span == null ? null : span.node();
        return new CheckpointDiagnosis(
                changefeed, checkpoint.committedTs(), holder.kind(), node, span, heldMillis, text);
    }
}
