package dev.maintainer.api.state;

import dev.maintainer.api.annotation.Stability;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A complete state machine as data: for every live state and every event either an edge or an explicit "ignored".
 *
 * <p>The builder refuses a table with a hole, a duplicate edge, an edge out of an end state or a state that cannot be
 * reached, so a mistake shows when the class loads and not at three in the morning. Immutable and thread-safe.
 *
 * @param <S> states
 * @param <E> events, already classified by the owner of the machine
 * @param <F> what an edge asks its owner to do, in order
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public final class TransitionTable<S extends Enum<S>, E extends Enum<E>, F> {

    /**
     * Where an event leads, and what to do on the way.
     *
     * @param <S> states
     * @param <F> what an edge asks its owner to do
     * @param next the state that follows
     * @param effects in order; may be empty
     */
    public record Edge<S, F>(S next, List<F> effects) {
        /**
         * Copies the effects.
         *
         * @param next the state that follows
         * @param effects in order; may be empty
         */
        public Edge {
            effects = List.copyOf(effects);
        }
    }

    private final Class<E> events;
    private final Set<S> initial;
    private final Set<S> terminal;
    private final Map<S, Map<E, Edge<S, F>>> edges;

    private TransitionTable(Builder<S, E, F> builder) {
        this.events = builder.events;
        this.initial = EnumSet.copyOf(builder.initial);
        this.terminal = EnumSet.copyOf(builder.terminal);
        this.edges = builder.edges;
    }

    /**
     * {@return the edge that {@code event} takes out of {@code state}; empty if the event is ignored there}
     *
     * @param state where the machine is
     * @param event what has happened
     */
    public Optional<Edge<S, F>> on(S state, E event) {
        Map<E, Edge<S, F>> row = edges.get(state);
        return row == null ? Optional.empty() : Optional.ofNullable(row.get(event));
    }

    /**
     * {@return whether {@code state} is an end state: nothing leads out of it}
     *
     * @param state any state
     */
    public boolean isTerminal(S state) {
        return terminal.contains(state);
    }

    /** {@return the states in which a machine may begin; a copy} */
    public Set<S> initialStates() {
        return EnumSet.copyOf(initial);
    }

    /** {@return the table as a Mermaid state diagram, for READMEs} */
    public String asMermaid() {
        StringBuilder out = new StringBuilder("stateDiagram-v2\n");
        for (S start : initial) {
            out.append("    [*] --> ").append(start).append('\n');
        }
        edges.forEach((from, row) -> row.forEach((event, edge) -> out.append("    ")
                .append(from)
                .append(" --> ")
                .append(edge.next())
                .append(" : ")
                .append(event)
                .append('\n')));
        for (S end : terminal) {
            out.append("    ").append(end).append(" --> [*]\n");
        }
        return out.toString();
    }

    /**
     * Starts a table over the given states and events.
     *
     * @param <S> states
     * @param <E> events
     * @param <F> what an edge asks its owner to do
     * @param states all of them; each must be reached or declared
     * @param events all of them; each needs an answer in every live state
     * @return an empty builder
     */
    public static <S extends Enum<S>, E extends Enum<E>, F> Builder<S, E, F> over(Class<S> states, Class<E> events) {
        return new Builder<>(states, events);
    }

    /**
     * Collects edges; see {@link TransitionTable}. Not thread-safe.
     *
     * @param <S> states
     * @param <E> events
     * @param <F> what an edge asks its owner to do
     */
    public static final class Builder<S extends Enum<S>, E extends Enum<E>, F> {
        private final Class<S> states;
        private final Class<E> events;
        private final Set<S> initial;
        private final Set<S> terminal;
        private final Map<S, Map<E, Edge<S, F>>> edges;
        private final Map<S, Set<E>> ignored;

        private Builder(Class<S> states, Class<E> events) {
            this.states = states;
            this.events = events;
            this.initial = EnumSet.noneOf(states);
            this.terminal = EnumSet.noneOf(states);
            this.edges = new EnumMap<>(states);
            this.ignored = new EnumMap<>(states);
        }

        /**
         * Declares a state in which a machine may begin.
         *
         * @param state may be declared again, and others too
         * @return this builder
         */
        public Builder<S, E, F> startingAt(S state) {
            initial.add(state);
            return this;
        }

        /**
         * Declares an end state.
         *
         * @param state may be declared again, and others too
         * @return this builder
         */
        public Builder<S, E, F> endingAt(S state) {
            terminal.add(state);
            return this;
        }

        /**
         * Declares an edge.
         *
         * @param from where it begins
         * @param event what takes it
         * @param to where it leads; may be the same state
         * @param effects what it asks the owner to do, in order; may be empty
         * @return this builder
         * @throws IllegalArgumentException if there is an edge for the event in that state
         */
        @SafeVarargs
        @SuppressWarnings("varargs")
        public final Builder<S, E, F> on(S from, E event, S to, F... effects) {
            Edge<S, F> before = edges.computeIfAbsent(from, s -> new EnumMap<>(events))
                    .put(event, new Edge<>(to, List.of(effects)));
            if (before != null) {
                throw new IllegalArgumentException("two edges for " + event + " in " + from);
            }
            return this;
        }

        /**
         * Declares that events mean nothing in a state.
         *
         * @param state a live state
         * @param meaningless the events
         * @return this builder
         */
        @SafeVarargs
        @SuppressWarnings("varargs")
        public final Builder<S, E, F> ignore(S state, E... meaningless) {
            ignored.computeIfAbsent(state, s -> EnumSet.noneOf(events)).addAll(List.of(meaningless));
            return this;
        }

        /**
         * Checks that the table is complete and free of contradictions.
         *
         * @return the table
         * @throws IllegalArgumentException if an end state reacts to an event, a live state has both an edge and an
         *     "ignored" for an event or neither, or a state cannot be reached
         */
        public TransitionTable<S, E, F> build() {
            for (S state : EnumSet.allOf(states)) {
                for (E event : EnumSet.allOf(events)) {
                    boolean edge = edges.getOrDefault(state, Map.of()).containsKey(event);
                    boolean skip = ignored.getOrDefault(state, Set.of()).contains(event);
                    if (terminal.contains(state)) {
                        if (edge || skip) {
                            throw new IllegalArgumentException("end state " + state + " reacts to " + event);
                        }
                    } else if (edge == skip) {
                        throw new IllegalArgumentException(
                                state + " needs exactly one of an edge or ignore for " + event);
                    }
                }
            }
            Set<S> reached = EnumSet.copyOf(initial);
            boolean grew = true;
            while (grew) {
                grew = false;
                for (S state : EnumSet.copyOf(reached)) {
                    for (Edge<S, F> edge : edges.getOrDefault(state, Map.of()).values()) {
                        grew |= reached.add(edge.next());
                    }
                }
            }
            Set<S> unreachable = EnumSet.complementOf(EnumSet.copyOf(reached));
            if (!unreachable.isEmpty()) {
                throw new IllegalArgumentException("unreachable: " + unreachable);
            }
            return new TransitionTable<>(this);
        }
    }

    /** {@return the events that this table knows; a copy} */
    public Set<E> events() {
        return EnumSet.allOf(events);
    }
}
