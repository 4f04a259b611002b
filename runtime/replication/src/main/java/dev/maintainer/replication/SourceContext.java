package dev.maintainer.replication;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * For what a source is opened.
 *
 * @param historyAfter what was committed up to this position will not be requested; 0 if everything may be
 * @param directory local, for this source alone, where it may keep what makes its next opening cheaper; what is there may be
 *     lost at any time, and a former opening of the same source may not be closed yet. It need not exist. Null if there is none
 * @since 0.1.0
 */
public record SourceContext(long historyAfter, @Nullable Path directory) {
    /** Everything may be requested, and nothing is kept. */
    public static final SourceContext WHOLE = new SourceContext(0, null);
}
