package dev.maintainer.runtime.journal;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.core.Inconsistency;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.RecordedInput;
import dev.maintainer.core.journal.Replay;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The result of replaying one journal.
 *
 * @param entries entries that were lived through
 * @param effects messages and requests for tables that left
 * @param hash of all of these
 * @param divergence the first entry that led to something else; the replay stopped there; null if there is none
 * @param lastMillis the time of the last entry
 * @param inconsistencies contradictions in the state of the host where the replay ended
 * @param maintainers those that are hosted where the replay ended, as one more tick finds them
 * @param ending how the journal ends, for people; null if the replay stopped before
 * @param whole whether the journal holds the whole life of its host
 */
public record JournalReplay(
        Path file,
        JournalHeader header,
        long entries,
        long effects,
        long hash,
        Replay.@Nullable Step divergence,
        long lastMillis,
        List<Inconsistency> inconsistencies,
        List<MaintainerView> maintainers,
        @Nullable String ending,
        boolean whole) {
    /** Copies the lists. */
    public JournalReplay {
        inconsistencies = List.copyOf(inconsistencies);
        maintainers = List.copyOf(maintainers);
    }

    /** The header of a journal. */
    public static JournalHeader header(Path file) throws MaintainerException {
        try (JournalFile journal = new JournalFile(file, new RecordCodec())) {
            return journal.header();
        }
    }

    /**
     * Lives through a journal.
     *
     * @param end where to stop
     * @param each is shown every entry, in order
     */
    public static JournalReplay of(Path file, ReplayEnd end, BiConsumer<JournalHeader, Replay.Step> each)
            throws MaintainerException {
        RecordCodec codec = new RecordCodec();
        try (JournalFile journal = new JournalFile(file, codec)) {
            JournalHeader header = journal.header();
            Replay replay = new Replay(header, codec);
            Replay.Step divergence = null;
            long lastMillis = header.startMillis();
            boolean stopped = false;
            List<RecordedInput> portion = journal.next();
            while (!stopped && !portion.isEmpty()) {
                for (RecordedInput entry : portion) {
                    if (end.isBefore(header, entry)) {
                        stopped = true;
                        break;
                    }
                    Replay.Step step = replay.next(entry);
                    lastMillis = entry.nowMillis();
                    each.accept(header, step);
                    if (!step.isIdentical()) {
                        divergence = step;
                        stopped = true;
                        break;
                    }
                }
                if (!stopped) {
                    portion = journal.next();
                }
            }
            return new JournalReplay(
                    file,
                    header,
                    replay.entries(),
                    replay.effects(),
                    replay.hash(),
                    divergence,
                    lastMillis,
                    replay.audit(),
                    views(replay),
                    stopped ? null : journal.ending(),
                    !stopped && journal.isWhole());
        }
    }

    private static List<MaintainerView> views(Replay replay) {
        try {
            return replay.endWithViews();
        } catch (RuntimeException e) {
            // A host that fails at every tick is a reason to look at its journal.
            return List.of();
        }
    }

    /** Whether all entries led to what they had led to. */
    public boolean isIdentical() {
        return divergence == null;
    }
}
