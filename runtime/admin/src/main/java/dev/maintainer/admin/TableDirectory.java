package dev.maintainer.admin;

import dev.maintainer.api.model.TableId;
import java.util.List;
import java.util.Optional;

/** The tables that people may name, those that are gone included. Thread-safe. */
public interface TableDirectory {
    /**
     * One table.
     *
     * @param table its number
     * @param name as it is shown: what could be misread is quoted
     * @param plainName schema and table with a dot between; two tables may share it if names have dots
     */
    record Entry(TableId table, String name, String plainName) {
        /** Whether people may mean it by a text. */
        public boolean isCalled(String text) {
            return text.equals(table.toString()) || text.equals(name) || text.equals(plainName);
        }
    }

    /** All of them; one that was dropped and made again is there under each of its numbers. */
    List<Entry> tables();

    /** What a table is called; empty if nobody knows it. */
    Optional<String> nameOf(TableId table);
}
