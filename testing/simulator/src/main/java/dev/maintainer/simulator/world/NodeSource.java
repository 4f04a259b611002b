package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.ReopenedSource;
import dev.maintainer.replication.Source;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The log of a changefeed as one node reads it: the production class that opens it again, over a log that is damaged, mended,
 * mistaken for another one, and slow.
 */
final class NodeSource {
    private static final String IDENTITY = "log";
    private static final int SLOW_OPENING = 1_500;
    private static final int FAR_BEHIND = 3_000;
    private static final int READS_ON = 400;
    private static final int UNPUBLISHED = 60;
    private static final int GOES_ON_OF = 3;

    private final String reader;
    private final Upstream upstream;
    private final Timeline timeline;
    private final SplittableRandom chance;
    private final Faults faults;
    private final BooleanSupplier isUp;
    private final RowHistory truth;
    private final RowHistory others;
    private final ReopenedSource source;
    private SimulatedLog log;
    private long missingUntil;
    private long replacedUntil;
    private long seenTs;

    /** Opens it on a node. */
    @SuppressWarnings("NullAway.Init") // The log is opened by the source.
    NodeSource(String reader, Upstream upstream, Timeline timeline, Faults faults, BooleanSupplier isUp) {
        this.reader = reader;
        this.upstream = upstream;
        this.timeline = timeline;
        this.faults = faults;
        this.isUp = isUp;
        this.truth = new RowHistory(upstream, 0);
        this.others = new RowHistory(upstream, 1);
        this.chance = timeline.chanceOf("log of " + reader);
        this.source = new ReopenedSource(
                historyAfter -> open(),
                0,
                opening -> timeline.in(chance.nextInt(SLOW_OPENING), opening),
                () -> TimeUnit.MILLISECONDS.toNanos(timeline.now()));
    }

    private Source open() {
        if (timeline.now() < missingUntil) {
            throw new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "there is no log");
        }
        boolean isAnother = timeline.now() < replacedUntil;
        long behind = log != null && chance.nextBoolean() ? chance.nextInt(FAR_BEHIND) : 0;
        long openedTs = Math.max(1, upstream.frontier() - behind);
        SimulatedLog opened = new SimulatedLog(
                isAnother ? "another log" : IDENTITY,
                isAnother ? others : truth,
                upstream,
                timeline,
                faults,
                isUp,
                openedTs,
                chance.nextInt(UNPUBLISHED),
                this::resolvedTs);
        timeline.tell(() -> reader + " opens " + opened.identity() + ", which is read up to " + opened.resolvedTs());
        log = opened;
        return opened;
    }

    /** The log is damaged; {@code how} says what becomes of it within {@code millis}. */
    void end(int how, int millis) {
        SimulatedLog present = log;
        boolean recovers = how % 4 == 3;
        timeline.tell(() -> "the log that " + reader + " reads ends, "
                + (recovers ? "for " + millis + " ms" : how % 4 == 2 ? "and there is another" : "and is mended"));
        present.end(chance.nextInt(READS_ON), recovers ? millis : Long.MAX_VALUE);
        if (how % 4 == 1) {
            missingUntil = timeline.now() + millis;
        } else if (how % 4 == 2) {
            replacedUntil = timeline.now() + millis;
        }
    }

    /** How far it is known; a checkpoint rests on it. */
    long resolvedTs() {
        long resolved = source.resolvedTs();
        if (resolved < seenTs) {
            throw new Violation(
                    Invariant.RESOLVED_MONOTONIC,
                    "what is resolved for " + reader + " goes back from " + seenTs + " to " + resolved);
        }
        seenTs = resolved;
        return resolved;
    }

    /** The tables at a moment; throws if they are not known yet. */
    SchemaSnapshot tablesAt(long ts) {
        return source.tablesAt(ts);
    }

    /** The source, to read of it. */
    Source source() {
        return source;
    }

    /** The thread of the log goes on between two questions of its readers, or does not. */
    void mayGoOn() {
        if (chance.nextInt(GOES_ON_OF) == 0) {
            log.resolve();
        }
    }
}
