package dev.maintainer.dispatcher;

import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.PartialCommit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which dispatchers of one changefeed on this node stand at a block event, and what of that the owner has not acknowledged:
 * told at once and repeated, ever more rarely, until it does. What a dispatcher has passed, and the owner knows, is
 * forgotten.
 */
final class BarrierStandings {
    /** How many dispatchers one report names; more go into further ones. */
    static final int MESSAGE_LIMIT = 1 << 14;

    /** Dispatchers come to an event one after the other; what comes shortly after a report goes into the next one. */
    static final long PAUSE_MILLIS = 20;

    /** Of what a sink says no more than this is passed on, in characters. */
    static final int MOST_SAID = 1_000;

    private static final long FIRST_REPETITION_MILLIS = 200;
    private static final long FIRST_RETRY_MILLIS = 50;

    /** A report, as far as it is this class's business. */
    record Report(long sequence, List<BarrierProgress> progress) {}

    private static final class Standing {
        private final DispatcherId dispatcher;
        private final BlockEvent event;
        private BlockStage stage = BlockStage.WAITING;
        /** Whether it was told what becomes of the event. */
        private boolean told;

        private long attempt;
        /** What the sink says, if it has refused the attempt. */
        private @Nullable String refusal;
        /** The report that says so; 0 if none does yet. */
        private long reportedIn;

        Standing(DispatcherId dispatcher, BlockEvent event) {
            this.dispatcher = dispatcher;
            this.event = event;
        }
    }

    private record Kind(
            BlockKey event,
            BlockStage stage,
            long attempt,
            @Nullable String refusal) {}

    private final long longestMillis;
    private final Map<DispatcherId, Standing> standings = new LinkedHashMap<>();
    private final TreeMap<BlockKey, Set<DispatcherId>> byEvent = new TreeMap<>();
    /** To be told with the next report. */
    private final LinkedHashSet<Standing> fresh = new LinkedHashSet<>();
    /** Told, and not acknowledged. */
    private final LinkedHashSet<Standing> unacknowledged = new LinkedHashSet<>();

    private long sequence;
    private long takenAt = Long.MIN_VALUE / 2;
    private long repeatAt = Long.MAX_VALUE;
    private long repetitionMillis = FIRST_REPETITION_MILLIS;
    private long retryMillis = FIRST_RETRY_MILLIS;

    /** @param longestMillis the longest time between two repetitions */
    BarrierStandings(long longestMillis) {
        this.longestMillis = longestMillis;
    }

    // ---- what dispatchers say ---------------------------------------------------------------------------------------

    /** A dispatcher has come to an event. */
    void waiting(DispatcherId dispatcher, BlockEvent event) {
        forget(dispatcher);
        Standing standing = new Standing(dispatcher, event);
        standings.put(dispatcher, standing);
        byEvent.computeIfAbsent(event.key(), key -> new LinkedHashSet<>()).add(dispatcher);
        tell(standing);
    }

    /** A dispatcher says that it has passed an event. Returns whether it stood there and was told to. */
    boolean passed(DispatcherId dispatcher, BlockKey event) {
        Standing standing = standings.get(dispatcher);
        boolean asTold = standing != null && standing.event.key().equals(event) && standing.told;
        if (standing == null || !asTold || standing.stage == BlockStage.DONE) {
            return false;
        }
        standing.stage = BlockStage.DONE;
        tell(standing);
        return true;
    }

    /** The sink of a dispatcher has refused an event. Returns whether the dispatcher stood there and was told to execute it. */
    boolean refused(DispatcherId dispatcher, BlockKey event, String reason) {
        Standing standing = standings.get(dispatcher);
        boolean asTold = standing != null && standing.event.key().equals(event) && standing.stage == BlockStage.WRITING;
        if (standing == null || !asTold) {
            return false;
        }
        standing.stage = BlockStage.REFUSED;
        standing.told = false;
        standing.refusal = reason.length() <= MOST_SAID ? reason : reason.substring(0, MOST_SAID);
        tell(standing);
        return true;
    }

    /** A dispatcher is not here any more, or begins anew. */
    void forget(DispatcherId dispatcher) {
        Standing standing = standings.remove(dispatcher);
        if (standing == null) {
            return;
        }
        fresh.remove(standing);
        unacknowledged.remove(standing);
        BlockKey key = standing.event.key();
        Set<DispatcherId> there = byEvent.get(key);
        if (there != null && there.remove(dispatcher) && there.isEmpty()) {
            byEvent.remove(key);
        }
    }

    /** What of the commit time behind a checkpoint a dispatcher has written. */
    PartialCommit partial(DispatcherId dispatcher, long checkpointTs) {
        Standing standing = standings.get(dispatcher);
        boolean waits = standing != null
                && standing.stage != BlockStage.DONE
                && standing.event.key().waitingTs() == checkpointTs;
        return standing != null && waits ? PartialCommit.waitingAt(standing.event.key()) : PartialCommit.NONE;
    }

    // ---- what the owner says ----------------------------------------------------------------------------------------

    /**
     * The dispatchers that have to be told of an action: of those that stand at this very event, the one that writes, or
     * all. One that has done it already says so again.
     *
     * @param writer the DDL trigger dispatcher; null if it is not here
     */
    List<DispatcherId> concerned(BlockKey event, BarrierAction action, long attempt, @Nullable DispatcherId writer) {
        List<DispatcherId> concerned = new ArrayList<>();
        for (DispatcherId dispatcher : byEvent.getOrDefault(event, Set.of())) {
            Standing standing = standings.get(dispatcher);
            boolean meant = action == BarrierAction.PASS || dispatcher.equals(writer);
            if (standing == null || !meant) {
                continue;
            }
            switch (standing.stage) {
                case WAITING -> {
                    standing.attempt = attempt;
                    concerned.add(dispatcher);
                }
                case REFUSED -> {
                    if (action == BarrierAction.WRITE && attempt <= standing.attempt) {
                        // Told before the refusal was known.
                        tell(standing);
                    } else {
                        waitAgain(standing);
                        standing.attempt = attempt;
                        concerned.add(dispatcher);
                    }
                }
                case DONE -> {
                    standing.attempt = attempt;
                    tell(standing);
                }
                // It answers when it has written, and nothing before.
                case WRITING, NONE -> standing.attempt = Math.max(standing.attempt, attempt);
            }
        }
        return concerned;
    }

    private static void waitAgain(Standing standing) {
        standing.stage = BlockStage.WAITING;
        standing.refusal = null;
    }

    /** A dispatcher has been told of an action, and will answer. */
    void told(DispatcherId dispatcher, BarrierAction action) {
        Standing standing = standings.get(dispatcher);
        if (standing != null && standing.stage == BlockStage.WAITING) {
            standing.told = true;
            if (action == BarrierAction.WRITE) {
                standing.stage = BlockStage.WRITING;
            }
        }
    }

    /** The owner has taken a report in. Returns the events that dispatchers have passed, as it knows now. */
    Map<DispatcherId, BlockKey> acknowledged(long report, Set<DispatcherId> deferred, long nowMillis) {
        Map<DispatcherId, BlockKey> over = new LinkedHashMap<>();
        boolean any = false;
        for (Standing standing : List.copyOf(unacknowledged)) {
            if (standing.reportedIn != report || deferred.contains(standing.dispatcher)) {
                continue;
            }
            any = true;
            unacknowledged.remove(standing);
            if (standing.stage == BlockStage.DONE) {
                over.put(standing.dispatcher, standing.event.key());
                forget(standing.dispatcher);
            }
        }
        if (any) {
            repetitionMillis = FIRST_REPETITION_MILLIS;
        }
        if (deferred.isEmpty()) {
            retryMillis = FIRST_RETRY_MILLIS;
        } else if (!unacknowledged.isEmpty()) {
            repeatAt = Math.min(repeatAt, nowMillis + retryMillis);
            retryMillis = Math.min(2 * retryMillis, longestMillis);
        }
        return over;
    }

    /** Somebody new owns the changefeed and knows nothing of this. */
    void restart() {
        standings.values().forEach(standing -> {
            standing.attempt = 0;
            if (standing.stage == BlockStage.REFUSED) {
                // That was the former owner's attempt; this one makes its own.
                waitAgain(standing);
            }
            tell(standing);
        });
        repetitionMillis = FIRST_REPETITION_MILLIS;
        retryMillis = FIRST_RETRY_MILLIS;
    }

    /** Everything ends here, and nobody wants to know. */
    void clear() {
        standings.clear();
        byEvent.clear();
        fresh.clear();
        unacknowledged.clear();
    }

    // ---- reports ----------------------------------------------------------------------------------------------------

    private void tell(Standing standing) {
        standing.reportedIn = 0;
        unacknowledged.remove(standing);
        fresh.add(standing);
    }

    /** What has to be told now. Costs that. */
    List<Report> take(long nowMillis) {
        if (nowMillis >= repeatAt && !unacknowledged.isEmpty()) {
            List.copyOf(unacknowledged).forEach(this::tell);
            repetitionMillis = Math.min(2 * repetitionMillis, longestMillis);
        }
        if (fresh.isEmpty() || nowMillis - takenAt < PAUSE_MILLIS) {
            return List.of();
        }
        takenAt = nowMillis;
        List<Report> reports = new ArrayList<>();
        List<Standing> all = List.copyOf(fresh);
        fresh.clear();
        for (int from = 0; from < all.size(); from += MESSAGE_LIMIT) {
            reports.add(report(all.subList(from, Math.min(from + MESSAGE_LIMIT, all.size()))));
        }
        repeatAt = nowMillis + repetitionMillis;
        return reports;
    }

    private Report report(List<Standing> some) {
        sequence++;
        Map<Kind, List<DispatcherId>> groups = new LinkedHashMap<>();
        Map<BlockKey, BlockEvent> events = new LinkedHashMap<>();
        for (Standing standing : some) {
            standing.reportedIn = sequence;
            unacknowledged.add(standing);
            events.put(standing.event.key(), standing.event);
            groups.computeIfAbsent(
                            new Kind(standing.event.key(), standing.stage, standing.attempt, standing.refusal),
                            kind -> new ArrayList<>())
                    .add(standing.dispatcher);
        }
        List<BarrierProgress> progress = new ArrayList<>();
        groups.forEach((kind, dispatchers) -> {
            BlockEvent event = events.get(kind.event());
            if (event != null) {
                progress.add(new BarrierProgress(event, kind.stage(), kind.attempt(), dispatchers, kind.refusal()));
            }
        });
        return new Report(sequence, progress);
    }

    /** The dispatchers that stand at an event, for the audit. */
    Set<DispatcherId> dispatchers() {
        return standings.keySet();
    }
}
