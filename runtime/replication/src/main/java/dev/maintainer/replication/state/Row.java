package dev.maintainer.replication.state;

import org.jspecify.annotations.Nullable;

/**
 * A row of a state.
 *
 * @param key says which row of its table
 * @param json the row as compact JSON
 * @param definition the definition of the table under which it was written, see {@link
 *     dev.maintainer.replication.event.RowEvent#definition}; null if there was none
 */
public record Row(String key, String json, @Nullable String definition) {}
