package dev.maintainer.core.scheduling.host;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The last few of something, oldest first. */
final class Recent<T> {
    private final int limit;
    private final ArrayDeque<T> kept = new ArrayDeque<>();

    Recent(int limit) {
        this.limit = limit;
    }

    void add(T item) {
        kept.addLast(item);
        if (kept.size() > limit) {
            kept.removeFirst();
        }
    }

    /** Replaces those that match. */
    void replace(Predicate<T> which, UnaryOperator<T> by) {
        List<T> all = all();
        kept.clear();
        all.forEach(item -> kept.addLast(which.test(item) ? by.apply(item) : item));
    }

    void removeIf(Predicate<T> which) {
        kept.removeIf(which);
    }

    List<T> all() {
        return List.copyOf(kept);
    }
}
