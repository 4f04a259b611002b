package dev.maintainer.connector.postgres.world;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs worlds until a law is broken, within a class loader of its own: only classes of the JDK go in and come out. A world in which
 * another law is broken than those that are looked for is passed by: a bug has many effects.
 *
 * <p>Takes the names of the laws that count (none: all), the first seed, how many worlds to run at most, and whether to tell the story;
 * returns how many were run and, if a law was broken, its name, the text, the seed and the story.
 */
public final class WorldProbe implements Function<Object[], Object[]> {
    /** A probe; made by its name. */
    public WorldProbe() {}

    @Override
    public Object[] apply(Object[] wanted) {
        Set<String> counting = Set.copyOf(Arrays.asList((String[]) wanted[0]));
        long first = (Long) wanted[1];
        int most = (Integer) wanted[2];
        for (int i = 0; i < most; i++) {
            WorldRun run = WorldRun.of(first + i);
            Violated violated = run.violated();
            if (violated != null
                    && (counting.isEmpty() || counting.contains(violated.law().name()))) {
                List<String> story = (Boolean) wanted[3] ? run.story() : List.of();
                return new Object[] {
                    i + 1,
                    violated.law().name(),
                    String.valueOf(violated.getMessage()),
                    first + i,
                    story.toArray(String[]::new)
                };
            }
        }
        return new Object[] {most};
    }
}
