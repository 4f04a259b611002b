package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the source which of its timelines was read last. A node that comes later may have nothing but a checkpoint, and a
 * standby that lacks what was read up to there may have been promoted meanwhile: the timeline tells.
 */
final class TimelineNote {
    private static final Logger LOG = LoggerFactory.getLogger(TimelineNote.class);

    private static final long RETRY_SECONDS = 10;

    private final SourceDatabase database;
    private final @Nullable ChangefeedId changefeed;
    private final ScheduledExecutorService thread;

    /**
     * Nothing is noted yet.
     *
     * @param changefeed null if it has no note of where it began
     * @param thread where it is written
     */
    TimelineNote(SourceDatabase database, @Nullable ChangefeedId changefeed, ScheduledExecutorService thread) {
        this.database = database;
        this.changefeed = changefeed;
        this.thread = thread;
    }

    /** Waits for nothing. */
    void note(int timeline) {
        ChangefeedId id = changefeed;
        if (id != null) {
            schedule(id, timeline, 0);
        }
    }

    private void schedule(ChangefeedId id, int timeline, long delaySeconds) {
        try {
            var unused = thread.schedule(() -> write(id, timeline), delaySeconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the source is being closed");
        }
    }

    private void write(ChangefeedId id, int timeline) {
        try {
            database.noteTimeline(id.name(), timeline);
        } catch (MaintainerException e) {
            LOG.debug("which timeline {} reads is noted later", id, e);
            schedule(id, timeline, RETRY_SECONDS);
        }
    }
}
