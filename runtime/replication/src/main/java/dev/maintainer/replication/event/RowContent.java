package dev.maintainer.replication.event;

import dev.maintainer.api.model.SpanBound;
import org.jspecify.annotations.Nullable;

/**
 * What an event says of its row, in whatever form its source has it. A sink that knows the form takes it as it is; everybody else
 * asks for the texts, which may be made only then. Immutable; thread-safe.
 *
 * @since 0.1.0
 */
public interface RowContent {
    /** {@return which row of the table it is, see {@link RowEvent#key}} */
    String key();

    /** {@return the bytes by which rows are ordered, see {@link RowEvent#order}} */
    @Nullable
    SpanBound order();

    /** {@return whether there is a row, which was not deleted} */
    boolean hasRow();

    /** {@return the row as compact JSON; null if there is none} */
    @Nullable
    String row();

    /** {@return about how many bytes it says} */
    int size();
}
