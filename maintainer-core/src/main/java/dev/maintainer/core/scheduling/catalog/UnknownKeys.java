package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares the keys of a configuration with those that a scheduler declares. */
final class UnknownKeys {
    private static final int LONGEST_SHOWN = 100;

    private UnknownKeys() {}

    /** A sentence about all unknown keys, with what was probably meant; empty if there is none. */
    static Optional<String> complaint(SchedulerDescriptor scheduler, Set<String> given) {
        SortedSet<String> known = new TreeSet<>(scheduler.keys().keySet());
        List<String> complaints = new ArrayList<>();
        for (String key : new TreeSet<>(given)) {
            if (!scheduler.declares(key)) {
                complaints.add("no key '" + Printable.shortened(key, LONGEST_SHOWN) + "'"
                        + nearestKey(key, known)
                                .map(each -> ", did you mean '" + each + "'?")
                                .orElse(""));
            }
        }
        if (complaints.isEmpty()) {
            return Optional.empty();
        }
        String all = known.isEmpty() ? "it has none" : "its keys are: " + String.join(", ", known);
        return Optional.of(
                "scheduler '" + scheduler.name() + "' has " + String.join("; ", complaints) + " (" + all + ")");
    }

    /** Of a pattern only the part before its first placeholder can be mistyped: the rest is names. */
    private static Optional<String> nearestKey(String word, SortedSet<String> known) {
        SortedSet<String> whole = new TreeSet<>();
        for (String key : known) {
            if (!SchedulerDescriptor.isPattern(key)) {
                whole.add(key);
                continue;
            }
            String begin = key.substring(0, key.indexOf('.'));
            int dot = word.indexOf('.');
            String given = dot < 0 ? word : word.substring(0, dot);
            if (NearestName.isNear(given, begin)) {
                return Optional.of(key);
            }
        }
        return NearestName.of(word, whole);
    }
}
