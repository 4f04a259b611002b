package dev.maintainer.operator;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What quiesce has found in flight, and the manifest of it. There may be a hundred thousand, so they are written down
 * piece by piece. They neither end nor change any more; only the checkpoints of their spans may still rise, and whoever
 * raises one has it written down first. So the manifest says what was at the quiesce, whenever its pieces are written.
 */
final class FrozenOperators {
    private final Function<RegisteredOperator, List<DrivenSpan>> spansOf;
    private final IntrusiveList<RegisteredOperator> unwritten;
    private final int size;
    private final TreeMap<DispatcherId, FrozenOperator> written = new TreeMap<>();
    private HandoffManifest manifest = HandoffManifest.EMPTY;

    /**
     * Takes the queue over: nobody else uses it any more.
     *
     * @param spansOf the spans that an operator changes
     */
    FrozenOperators(
            IntrusiveList<RegisteredOperator> operators, Function<RegisteredOperator, List<DrivenSpan>> spansOf) {
        this.spansOf = spansOf;
        this.unwritten = operators;
        this.size = operators.size();
    }

    int size() {
        return size;
    }

    /** Writes down at most so many more; returns whether the manifest is complete. */
    boolean write(int most) {
        if (isWritten()) {
            return true;
        }
        RegisteredOperator next = unwritten.first();
        for (int i = 0; i < most && next != null; i++) {
            write(next);
            next = unwritten.first();
        }
        if (next != null) {
            return false;
        }
        manifest = new HandoffManifest(new ArrayList<>(written.values()));
        written.clear();
        return true;
    }

    /** Writes this one down, if it has not been. */
    void write(RegisteredOperator operator) {
        if (unwritten.remove(operator)) {
            written.put(operator.dispatcher(), frozen(operator));
        }
    }

    private boolean isWritten() {
        return manifest.frozen().size() == size;
    }

    /** By dispatcher id; empty until it is complete. */
    HandoffManifest manifest() {
        return manifest;
    }

    private FrozenOperator frozen(RegisteredOperator operator) {
        List<DrivenSpan> registered = spansOf.apply(operator).stream()
                .filter(DrivenSpan::isRegistered)
                .toList();
        List<TableSpan> ranges = registered.stream().map(DrivenSpan::span).toList();
        return new FrozenOperator(
                operator.dispatcher(),
                operator.type(),
                operator.phase(),
                ranges.isEmpty() ? null : SpanRanges.hull(ranges),
                registered.stream().mapToLong(DrivenSpan::checkpointTs).min().orElse(0),
                operator.origin(),
                operator.heading().orElse(null),
                operator.parts());
    }
}
