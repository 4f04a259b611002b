package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.operator.OperatorType;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The operators that may still run after quiesce: exactly the close of DDL trigger dispatchers. An entry is a
 * dispatcher id together with an operator type, so no other operator gets through by carrying the same id.
 *
 * <p>There is no way to create an entry of another type: {@link #closing} is the only factory.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public final class QuiesceAllowlist {
    /** Admits nothing. */
    public static final QuiesceAllowlist NONE = new QuiesceAllowlist(new TreeSet<>());

    private final SortedSet<DispatcherId> triggers;

    private QuiesceAllowlist(SortedSet<DispatcherId> triggers) {
        this.triggers = Collections.unmodifiableSortedSet(triggers);
    }

    /**
     * Admits the close of these DDL trigger dispatchers; the zero id is left out.
     *
     * @param triggers the DDL trigger dispatchers; any number, repetitions included
     * @return a list that admits their removal and nothing else
     */
    public static QuiesceAllowlist closing(DispatcherId... triggers) {
        SortedSet<DispatcherId> ids = new TreeSet<>();
        for (DispatcherId id : triggers) {
            if (!id.isZero()) {
                ids.add(id);
            }
        }
        return new QuiesceAllowlist(ids);
    }

    /**
     * Whether an operator may run after quiesce.
     *
     * @param id the dispatcher that the operator drives
     * @param type the intent of the operator
     * @return true for the removal of a listed dispatcher only
     */
    public boolean admits(DispatcherId id, OperatorType type) {
        return type == OperatorType.REMOVE && triggers.contains(id);
    }

    /**
     * What both lists admit: quiescing twice can only narrow.
     *
     * @param other the list to intersect with
     * @return a new list; neither of the two changes
     */
    public QuiesceAllowlist narrowedTo(QuiesceAllowlist other) {
        SortedSet<DispatcherId> both = new TreeSet<>(triggers);
        both.retainAll(other.triggers);
        return new QuiesceAllowlist(both);
    }

    /** {@return the trigger dispatchers that may be closed; unmodifiable} */
    public SortedSet<DispatcherId> triggers() {
        return triggers;
    }

    @Override
    public String toString() {
        return "close of " + triggers;
    }
}
