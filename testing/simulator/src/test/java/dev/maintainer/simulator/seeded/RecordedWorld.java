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
 */
record RecordedWorld(Workload workload, long seed) {
    private static final Pattern CELL = Pattern.compile("([A-Z_]+) (\\d+)");

    /** As a cell of the table has it; null if that names no world. */
    static @Nullable RecordedWorld of(String cell) {
        Matcher world = CELL.matcher(cell);
        return world.matches()
                ? new RecordedWorld(Workload.valueOf(world.group(1)), Long.parseLong(world.group(2)))
                : null;
    }

    @Override
    public String toString() {
        return workload + " " + seed;
    }
}
