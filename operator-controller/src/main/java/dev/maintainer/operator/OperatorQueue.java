package dev.maintainer.operator;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Operators in the order in which it is their turn. The links are in the operators, each of which is in one queue at most:
 * so that one more turn costs neither memory nor a search, and a queue of any size is handed over as it is.
 */
final class OperatorQueue implements Iterable<RegisteredOperator> {
    private @Nullable RegisteredOperator first;
    private @Nullable RegisteredOperator last;
    private int size;

    int size() {
        return size;
    }

    /** Whose turn it is; null if nobody waits. */
    @Nullable
    RegisteredOperator first() {
        return first;
    }

    boolean contains(RegisteredOperator operator) {
        return operator.queue == this;
    }

    /** Puts an operator at the end, also one that is somewhere else in this queue. */
    void append(RegisteredOperator operator) {
        remove(operator);
        if (operator.queue != null) {
            throw new IllegalStateException("the operator of " + operator.dispatcher() + " is in another queue");
        }
        operator.queue = this;
        operator.previous = last;
        if (last == null) {
            first = operator;
        } else {
            last.next = operator;
        }
        last = operator;
        size++;
    }

    /** Takes an operator out. Returns whether it was in this queue. */
    boolean remove(RegisteredOperator operator) {
        if (operator.queue != this) {
            return false;
        }
        RegisteredOperator previous = operator.previous;
        RegisteredOperator next = operator.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        operator.queue = null;
        operator.previous = null;
        operator.next = null;
        size--;
        return true;
    }

    /** Reads lazily; the queue must not change meanwhile. */
    @Override
    public Iterator<RegisteredOperator> iterator() {
        return new Iterator<>() {
            private @Nullable RegisteredOperator upcoming = first;

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public RegisteredOperator next() {
                RegisteredOperator operator = upcoming;
                if (operator == null) {
                    throw new NoSuchElementException();
                }
                upcoming = operator.next;
                return operator;
            }
        };
    }
}
