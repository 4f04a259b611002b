package dev.maintainer.simulator.seeded;

import dev.maintainer.seeded.testing.Patch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads bugs that are written down as patches of source text, without the quotes and escapes of Java:
 *
 * <pre>
 * # Lines like this one are for people.
 * bug B05: what is wrong, in a few words
 * in StateRebuild
 * - what the source of this class says, in whatever layout
 * + what it says instead: nothing, here
 * caught by CONVERGES, ONE_WRITER
 * first in PARTITIONS
 * within 3000
 * </pre>
 *
 * <p>{@code as B04} also does everything that is wrong with another bug. Instead of {@code caught by} there may be
 * {@code masked by B05b: why} or {@code not reached: the missing world}; see {@link Expectation}. {@code within 3000} is
 * for a bug that bites in few worlds, and says how many are tried at the most; without it that is
 * {@link SeededBug#MOST_WORLDS}. What begins with {@code part} instead of {@code bug} is planted with others only.
 */
final class BugReader {
    private final Map<String, BugText> texts = new LinkedHashMap<>();

    /**
     * Reads some bugs.
     *
     * @param name for errors
     * @throws IllegalStateException if the text is wrong; says where
     */
    void read(String name, String text) {
        int number = 0;
        BugText current = null;
        for (String line : text.lines().toList()) {
            String place = name + ", line " + ++number + ": ";
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("bug ") || line.startsWith("part ")) {
                current = BugText.begin(line, place);
                if (texts.putIfAbsent(current.id(), current) != null) {
                    throw new IllegalStateException(place + "there is a " + current.id() + " already");
                }
            } else if (current == null) {
                throw new IllegalStateException(place + "no bug has begun");
            } else {
                current.take(line, place);
            }
        }
    }

    /**
     * What was read, less the parts of others.
     *
     * @throws IllegalStateException if something is as a bug that is nowhere, or as itself
     */
    List<SeededBug> bugs() {
        List<SeededBug> bugs = new ArrayList<>();
        for (BugText text : texts.values()) {
            if (!text.isPart()) {
                bugs.add(text.with(patches(text.id(), List.of())));
            }
        }
        return List.copyOf(bugs);
    }

    private List<Patch> patches(String id, List<String> within) {
        BugText text = texts.get(id);
        if (text == null || within.contains(id)) {
            throw new IllegalStateException(
                    within + " is as " + id + (text == null ? ", which is nowhere" : ", which is as itself"));
        }
        List<String> path = new ArrayList<>(within);
        path.add(id);
        List<Patch> patches = new ArrayList<>();
        for (BugText.Step step : text.steps()) {
            if (step instanceof BugText.SameAs same) {
                patches.addAll(patches(same.id(), path));
            } else if (step instanceof BugText.Change change) {
                patches.add(change.patch());
            }
        }
        return patches;
    }
}
