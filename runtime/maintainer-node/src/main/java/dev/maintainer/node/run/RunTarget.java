package dev.maintainer.node.run;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.Sink;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a run writes, what earlier runs have left there, and what becomes of it in the end. */
interface RunTarget extends AutoCloseable {
    /** The sink. */
    Sink sink();

    /** The redo log, which the sink must not overtake; null without one. */
    @Nullable
    RedoStore redo();

    /** The directory of the metadata of the changefeed. */
    Path metadata();

    /** What people have chosen in earlier runs. */
    EarlierChoices earlier();

    /** The latest epoch of earlier runs; 0 if there was none. */
    long formerEpoch();

    /** Rows that were made durable before the redo log had them. */
    default long rowsAheadOfRedo() {
        return 0;
    }

    /**
     * The run begins to write. What later runs have to know of it is durable when this returns.
     *
     * @throws MaintainerException if that cannot be written
     */
    default void begin() throws MaintainerException {}

    /**
     * Looks now and then whether all is well. Costs the same however large the sink is.
     *
     * @throws MaintainerException if a write has failed, or what was written is gone
     */
    void inspect() throws MaintainerException;

    /** Compares it with the source, after the last write, and lets it count if it is right. */
    Settlement settle(PacedSource source);

    /** Where it is, for people. */
    String shown();

    /** What a run that failed has left, for people; empty if that goes without saying. */
    Optional<String> leftBehind();

    /** Gives back what was claimed, for a run that will not begin. */
    void release();

    @Override
    void close();
}
