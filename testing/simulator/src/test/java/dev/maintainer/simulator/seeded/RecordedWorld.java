package dev.maintainer.simulator.seeded;

import dev.maintainer.simulator.incident.Workload;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The world in which a bug was found when the table was written. Worlds change with what they are made of, so it is where to
 * look first, and not the only place.
 *
 * @param workload its workload
 * @param seed its seed
 * @param worlds how many were searched until it was found; 1 or more
 */
record RecordedWorld(Workload workload, long seed, int worlds) {
    private static final Pattern CELL = Pattern.compile("([A-Z_]+) (\\d+)");

    /** As two cells of the table have it; null if they name no world. */
    static @Nullable RecordedWorld of(String worlds, String world) {
        Matcher named = CELL.matcher(world);
        return named.matches()
                ? new RecordedWorld(
                        Workload.valueOf(named.group(1)), Long.parseLong(named.group(2)), Integer.parseInt(worlds))
                : null;
    }
}
