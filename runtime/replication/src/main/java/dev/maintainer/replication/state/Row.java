package dev.maintainer.replication.state;

/**
 * A row of a state.
 *
 * @param key says which row of its table
 * @param json the row as compact JSON
 */
public record Row(String key, String json) {}
