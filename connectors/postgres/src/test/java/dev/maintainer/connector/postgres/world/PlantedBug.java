package dev.maintainer.connector.postgres.world;

import com.google.common.base.Splitter;
import dev.maintainer.seeded.testing.Patch;
import dev.maintainer.seeded.testing.PlantedClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A known bug. They are written down as the simulator's are, as patches of source text; {@code masked by} says what makes up for
 * it, {@code not reached:} what would have to happen that hardly ever does.
 *
 * @param id short and stable
 * @param title what is wrong, in a few words
 * @param patches what makes it so
 * @param first the world in which the search begins
 * @param unfound why no world finds it; null if one does
 */
record PlantedBug(
        String id,
        String title,
        List<Patch> patches,
        long first,
        @Nullable String unfound) {
    /**
     * What came of a search.
     *
     * @param worlds how many were run
     * @param law which was broken in the last of them; null if none was
     */
    record Finding(int worlds, @Nullable Law law, String text, long seed, List<String> story) {}

    static List<PlantedBug> read(String text) {
        List<PlantedBug> bugs = new ArrayList<>();
        for (String paragraph :
                Pattern.compile("(?m)^(?=bug )").splitAsStream(text).toList()) {
            if (paragraph.startsWith("bug ")) {
                bugs.add(of(paragraph
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList()));
            }
        }
        return List.copyOf(bugs);
    }

    private static PlantedBug of(List<String> lines) {
        List<String> head = Splitter.on(": ").limit(2).splitToList(lines.get(0).substring("bug ".length()));
        List<Patch> patches = new ArrayList<>();
        String type = "";
        long first = 1;
        String unfound = null;
        List<String> original = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("- ")) {
                original.add(line.substring(2));
                continue;
            } else if (line.startsWith("+")) {
                wrong.add(line.substring(1));
                continue;
            }
            end(patches, type, original, wrong);
            if (line.startsWith("in ")) {
                type = line.substring("in ".length());
            } else if (line.equals("where nobody notes DDLs")) {
                first = World.DETECTING + 1;
            } else if (line.equals("where there are sync points")) {
                first = World.SYNCING + 1;
            } else if (line.equals("where the sink keeps all changes")) {
                first = World.LOGGING + 1;
            } else if (line.equals("where keys are changed")) {
                first = World.MOVING + 1;
            } else if (line.equals("where spans are written together")) {
                first = World.JOINING + 1;
            } else if (line.startsWith("masked by ") || line.startsWith("not reached: ")) {
                unfound = line;
            } else {
                throw new IllegalStateException(head.get(0) + ": nobody knows what this is: " + line);
            }
        }
        end(patches, type, original, wrong);
        return new PlantedBug(head.get(0), head.get(1), List.copyOf(patches), first, unfound);
    }

    private static void end(List<Patch> patches, String type, List<String> original, List<String> wrong) {
        if (!original.isEmpty()) {
            patches.add(new Patch(type, String.join("\n", original), String.join("\n", wrong)));
        }
        original.clear();
        wrong.clear();
    }

    /** The classes that are changed. */
    List<String> where() {
        return patches.stream().map(Patch::type).distinct().toList();
    }

    /** Runs worlds with it until any law is broken. */
    static Finding search(Function<Object[], Object[]> probe, long first, int most, boolean telling) {
        Object[] wanted = {new String[0], first, most, telling};
        // On a thread of its own: what worlds keep for their thread would keep all classes of their loader.
        FutureTask<Object[]> search = new FutureTask<>(() -> probe.apply(wanted));
        new Thread(search, "worlds").start();
        try {
            Object[] answer = search.get();
            return answer.length == 1
                    ? new Finding((Integer) answer[0], null, "", 0, List.of())
                    : new Finding(
                            (Integer) answer[0],
                            Law.valueOf((String) answer[1]),
                            (String) answer[2],
                            (Long) answer[3],
                            List.of((String[]) answer[4]));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a search has failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in a search", e);
        }
    }

    /** The worlds, in classes of which some are planted. */
    @SuppressWarnings("unchecked") // The class is the same, but of another class loader.
    static Function<Object[], Object[]> probe(Map<String, byte[]> planted) {
        try {
            return (Function<Object[], Object[]>) new PlantedClassLoader(planted)
                    .loadClass(WorldProbe.class.getName())
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a probe", e);
        }
    }
}
