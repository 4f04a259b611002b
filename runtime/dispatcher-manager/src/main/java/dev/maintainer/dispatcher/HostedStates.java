package dev.maintainer.dispatcher;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How many dispatchers are in each state, as of the last pass over all of them. */
final class HostedStates {
    private final Map<HostedState, Integer> counts = new EnumMap<>(HostedState.class);

    /** A pass begins. */
    void clear() {
        counts.clear();
    }

    void add(HostedDispatcher dispatcher) {
        counts.merge(dispatcher.hostedState(), 1, Integer::sum);
    }

    /** A copy. */
    Map<HostedState, Integer> counts() {
        return Collections.unmodifiableMap(new EnumMap<>(counts));
    }
}
