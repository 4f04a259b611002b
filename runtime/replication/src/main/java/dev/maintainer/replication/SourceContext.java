package dev.maintainer.replication;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * For what a source is opened.
 *
 * @param historyAfter what was committed up to this position will not be requested; 0 if everything may be
 * @param directory local, for this source alone, where it may keep what makes its next opening cheaper; what is there may be
 *     lost at any time, and a former opening of the same source may not be closed yet. It need not exist. Null if there is none
 * @param changefeed for which it is read; null if it is for none
 * @param node on which it is read; null if it is only looked at: then nothing may change outside this process, and nobody reads
 *     rows or DDLs
 * @since 0.1.0
 */
public record SourceContext(
        long historyAfter,
        @Nullable Path directory,
        @Nullable ChangefeedId changefeed,
        @Nullable NodeId node) {
    /** Everything may be requested, and nothing is kept. */
    public static final SourceContext WHOLE = new SourceContext(0, null);

    /**
     * For no changefeed.
     *
     * @param historyAfter what was committed up to this position will not be requested; 0 if everything may be
     * @param directory where it may keep what makes its next opening cheaper; null if there is none
     */
    public SourceContext(long historyAfter, @Nullable Path directory) {
        this(historyAfter, directory, null, null);
    }

    /**
     * To look at a source for a changefeed that does not run yet.
     *
     * @param changefeed its name
     * @return such a context
     */
    public static SourceContext toLookAt(ChangefeedId changefeed) {
        return new SourceContext(0, null, changefeed, null);
    }
}
