package dev.maintainer.connector.tck;

import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Source;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place where a history happens, for one test: first everything is committed, then the source is opened, perhaps more than
 * once. Tables are in two schemas of the laboratory's choice, which come into being with their first table.
 */
public interface SourceLab extends AutoCloseable {
    /**
     * A change of a row.
     *
     * @param table the name of its table, which is in {@link SourceLab#schema}
     * @param key a word of letters and digits, by which rows are ordered
     * @param value a number that the row holds; null if it is deleted
     */
    record Change(String table, String key, @Nullable Integer value) {}

    /** A change of the set of tables. */
    sealed interface Ddl {
        /**
         * A table comes into being. Its rows have a key, and a value that is a number.
         *
         * @param table its name; there may have been another table of that name before
         */
        record CreateTable(TableName table) implements Ddl {}

        /**
         * A table goes.
         *
         * @param table its name
         */
        record DropTable(TableName table) implements Ddl {}

        /**
         * A schema goes with all its tables.
         *
         * @param schema its name
         */
        record DropSchema(String schema) implements Ddl {}
    }

    /** What can happen in a history besides rows, and tables that come and go one by one. */
    enum Ability {
        /** Dispatchers have to wait for one another: the source says where, in {@link Source#blocks}. */
        BLOCK_EVENTS,
        /** {@link Ddl.DropSchema}. */
        SCHEMAS_GO,
        /** Several DDLs in one transaction. */
        DDLS_TOGETHER,
        /**
         * Rows and DDLs in one transaction, of which the rows come first, as the tables were before. A source of which all rows
         * of a transaction look as the tables do at its end does not have this.
         */
        ROWS_BEFORE_DDLS,
        /**
         * There are sync points. The rules need a few in each history; to find most, let one be after every ten changes of
         * rows or fewer, so that some are at the time of a DDL.
         */
        SYNC_POINTS
    }

    /** {@return what can happen here; the kit lets nothing else happen} */
    Set<Ability> abilities();

    /**
     * One transaction. Inserts what is new and updates what is there, and then changes the set of tables. Where it is committed is
     * the laboratory's business, or that of the database in it: the kit learns positions from the source.
     *
     * @param changes of rows, each key once; none if there are DDLs, unless they can be {@link Ability#ROWS_BEFORE_DDLS together}
     * @param ddls in their order; at most one, unless several can be {@link Ability#DDLS_TOGETHER together}
     */
    void commit(List<Change> changes, List<Ddl> ddls);

    /**
     * Opens a source of the whole history, as one more node would, beside those that are open.
     *
     * @return a source that begins before all that was committed here, and of which all of it is resolved, or will be soon
     */
    Source open();

    /** {@return the schema of the tables with rows} */
    String schema();

    /** {@return another schema} */
    default String otherSchema() {
        return schema() + "2";
    }

    /**
     * The value in a row as the source gives it.
     *
     * @param json the row
     */
    int valueOf(String json);

    /** {@return how long the source may take until it gives what was committed} */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Override
    default void close() {}
}
