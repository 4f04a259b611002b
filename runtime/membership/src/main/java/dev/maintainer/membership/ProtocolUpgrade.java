package dev.maintainer.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When a leader raises the active protocol: when every member has spoken a newer one for a while, so that nobody goes back to
 * the former release any more, or when somebody asks for it and every member speaks one. It never falls.
 *
 * <p>Belongs to one term: another leader waits anew. Not thread-safe.
 */
final class ProtocolUpgrade {
    private static final int NONE = 0;

    private final @Nullable Duration after;
    private final List<Consumer<FinalizeOutcome>> asked = new ArrayList<>();
    private int candidate = NONE;
    private long sinceNanos;

    /** @param after for how long every member must have spoken it; null if it only rises when somebody asks for it */
    ProtocolUpgrade(@Nullable Duration after) {
        this.after = after;
    }

    /** Somebody asks for it, and is told once what became of it. */
    void ask(Consumer<FinalizeOutcome> told) {
        asked.add(told);
    }

    /**
     * Looks at the members as they are now. Whoever asks in vain is told.
     *
     * @return the protocol that is to become the active one; the active one itself if nothing is to be done
     */
    int next(ProtocolSupport now, long nowNanos) {
        if (!now.canRise()) {
            candidate = NONE;
            tell(now.behind().isEmpty() ? new FinalizeOutcome.Active(now.active()) : new FinalizeOutcome.TooOld(now));
            return now.active();
        }
        if (candidate != now.common()) {
            candidate = now.common();
            sinceNanos = nowNanos;
        }
        boolean due = after != null && nowNanos - sinceNanos >= after.toNanos();
        return due || !asked.isEmpty() ? candidate : now.active();
    }

    /** What {@link #next} has said is durable. */
    void raised(int protocol) {
        tell(new FinalizeOutcome.Active(protocol));
    }

    /** The term is over. */
    void end() {
        tell(new FinalizeOutcome.NotLeading());
    }

    private void tell(FinalizeOutcome outcome) {
        List<Consumer<FinalizeOutcome>> told = List.copyOf(asked);
        asked.clear();
        told.forEach(each -> each.accept(outcome));
    }
}
