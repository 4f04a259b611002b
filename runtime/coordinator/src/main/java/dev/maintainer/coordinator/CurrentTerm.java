package dev.maintainer.coordinator;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a process runs while it leads: one thing per term, made under the leader epoch of that term and ended with it. Nothing of
 * an earlier term goes on when the next one begins, and after a withdrawal there is none any more.
 *
 * <p>Changed by one thread at a time; {@link #present} may be asked by any thread.
 *
 * @param <T> what runs
 */
public final class CurrentTerm<T extends CurrentTerm.Running> {
    /** What runs during a term. */
    public interface Running {
        /** Begins. Called once at most, and not after {@link #end}. */
        void start();

        /** Does nothing any more; waits for nothing. */
        void end();
    }

    private final LongFunction<T> factory;
    private volatile @Nullable T present;
    private boolean withdrawn;

    /**
     * A process that does not lead.
     *
     * @param factory makes what runs during a term, from the leader epoch of the term
     */
    public CurrentTerm(LongFunction<T> factory) {
        this.factory = factory;
    }

    /**
     * The process leads from now on; ignored after a withdrawal.
     *
     * @param leaderEpoch of its term; higher than all before
     */
    public void elected(long leaderEpoch) {
        deposed();
        if (!withdrawn) {
            T begun = factory.apply(leaderEpoch);
            present = begun;
            begun.start();
        }
    }

    /** The process does not lead any more. */
    public void deposed() {
        T former = present;
        present = null;
        if (former != null) {
            former.end();
        }
    }

    /** The process will not lead any more. */
    public void withdraw() {
        withdrawn = true;
        deposed();
    }

    /** {@return what runs; null if the process does not lead} */
    public @Nullable T present() {
        return present;
    }
}
