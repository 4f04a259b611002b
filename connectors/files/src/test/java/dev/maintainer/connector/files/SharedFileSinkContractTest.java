package dev.maintainer.connector.files;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.connector.tck.SinkLab;
import dev.maintainer.replication.Sink;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** A file sink that processes share keeps the rules of sinks. */
class SharedFileSinkContractTest extends SinkContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @Override
    protected SinkLab lab() {
        return new SinkLab() {
            private @Nullable SinkDirectory directory;

            @Override
            public Sink open(ChangefeedId changefeed, String source) {
                // A process that has died leaves its notes.
                close();
                SinkDirectory claimed = SinkDirectory.share(temporary.resolve("sink"), source);
                directory = claimed;
                return new FileSink(claimed, changefeed);
            }

            @Override
            public SortedMap<TableName, ? extends Map<String, String>> state(Sink sink) {
                return rows(((FileSink) sink).stage().tables());
            }

            @Override
            public @Nullable SortedMap<TableName, ? extends Map<String, String>> snapshot(Sink sink, long ts) {
                Snapshots snapshots = Snapshots.of(SinkDirectory.of(temporary.resolve("sink")));
                return snapshots.times().contains(ts) ? rows(snapshots.tables(ts)) : null;
            }

            private SortedMap<TableName, SortedMap<String, String>> rows(FinishedTables tables) {
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
        };
    }
}
