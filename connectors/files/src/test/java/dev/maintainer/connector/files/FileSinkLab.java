package dev.maintainer.connector.files;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.tck.SinkLab;
import dev.maintainer.replication.Sink;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** File sinks in one directory, each opened by a process when the one before has died. */
final class FileSinkLab implements SinkLab {
    private final Path sink;
    private final BiFunction<Path, String, SinkDirectory> opening;
    private @Nullable SinkDirectory directory;

    /** Opens a directory, for a source, by {@link SinkDirectory#claim} or {@link SinkDirectory#share}. */
    FileSinkLab(Path sink, BiFunction<Path, String, SinkDirectory> opening) {
        this.sink = sink;
        this.opening = opening;
    }

    @Override
    public Sink open(ChangefeedId changefeed, String source) {
        // What a process that has died leaves to the next: notes, and a directory that nobody has locked.
        close();
        SinkDirectory opened = opening.apply(sink, source);
        directory = opened;
        return new FileSink(opened, changefeed);
    }

    @Override
    public SortedMap<TableName, ? extends Map<String, String>> state(Sink sink) {
        return rows(((FileSink) sink).stage().tables());
    }

    @Override
    public @Nullable SortedMap<TableName, ? extends Map<String, String>> snapshot(Sink unused, long ts) {
        Snapshots snapshots = Snapshots.of(SinkDirectory.of(sink));
        return snapshots.times().contains(ts) ? rows(snapshots.tables(ts)) : null;
    }

    private static SortedMap<TableName, SortedMap<String, String>> rows(FinishedTables tables) {
        SortedMap<TableName, SortedMap<String, String>> rows = new TreeMap<>();
        tables.names().forEach(name -> rows.put(name, tables.rows(name)));
        return rows;
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
        }
    }
}
