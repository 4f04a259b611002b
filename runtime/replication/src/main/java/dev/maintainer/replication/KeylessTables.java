package dev.maintainer.replication;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.Printable;

/**
 * Tables {@link Source#hasKey without a key}, which only some sinks take.
 *
 * @since 0.1.0
 */
public final class KeylessTables {
    private KeylessTables() {}

    /**
     * What is told about such a table to whoever wants it in a sink that does not take it.
     *
     * @param source knows the table
     * @param table has no key
     * @param isRedo whether it is a redo log that does not take it
     * @return what is wrong, and what to do
     */
    public static String refusal(Source source, TableId table, boolean isRedo) {
        String name = source.table(table).map(info -> info.name().toString()).orElse(table.toString());
        return "table " + Printable.line(name) + " has no key, and " + (isRedo ? "a redo log" : "this sink")
                + " tells rows apart by their keys; give it a primary key, leave it out, or "
                + (isRedo ? "keep no redo log" : "choose another sink, such as PostgreSQL");
    }
}
