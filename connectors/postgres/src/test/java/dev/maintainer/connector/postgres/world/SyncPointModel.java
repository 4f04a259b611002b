package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.wal.RandomMessages;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import dev.maintainer.connector.postgres.world.SourceModel.Change;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The table of a source in which those who read it mark sync points: one row, of the changefeed of the world. */
final class SyncPointModel {
    static final List<String> COLUMNS = List.of("source", "due", "checkpoint_ts");
    private static final long NONE = -1;

    private final SourceModel server;
    private final Chance chance;
    /** What the clock says. */
    private long seconds = 1_000;

    private boolean isThere;
    private long due = NONE;

    SyncPointModel(SourceModel server, Chance chance) {
        this.server = server;
        this.chance = chance;
    }

    /** Marks one if there is none in the interval, and no window of a copy in the way. */
    Answer mark(String sql, List<@Nullable Object> parameters) {
        seconds += chance.below(90);
        long step = number(parameters, 0);
        long begins = seconds / step * step;
        long checkpoint = number(parameters, 2);
        boolean isBehindWindows = !sql.contains("maintainer.copy_window")
                || server.windows.values().stream().allMatch(end -> end <= number(parameters, 4));
        boolean marks = due != begins && isBehindWindows;
        if (marks) {
            due = begins;
            Tuple row = RandomMessages.tuple(
                    String.valueOf(parameters.get(1)), Long.toString(begins), Long.toString(checkpoint));
            server.commit(List.of(new Change(
                    null,
                    isThere
                            ? new WalMessage.Update(0, SourceModel.SYNC_POINT, null, row)
                            : new WalMessage.Insert(0, SourceModel.SYNC_POINT, row))));
            isThere = true;
        }
        return Answer.row((begins + step - seconds) * 1_000, marks ? 1L : 0L);
    }

    private static long number(List<@Nullable Object> parameters, int parameter) {
        return ((Number) Objects.requireNonNull(parameters.get(parameter))).longValue();
    }

    /** A standby that is promoted may not have the last one. */
    void forget() {
        due = NONE;
    }
}
