package dev.maintainer.connector.files;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.connector.tck.SinkLab;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** A redo log that processes share keeps the rules of sinks, and its promises do not stand in their way. */
class SharedRedoLogContractTest extends SinkContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    /** The log as a sink of the changefeed, whose redo pipeline it is of. */
    private record Logged(SharedRedoLog log) implements Sink {
        @Override
        public Fencing fencing() {
            return log.rows().fencing();
        }

        @Override
        public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException {
            log.fence(changefeed.in(ReplicationMode.REDO), epoch);
        }

        @Override
        public long epoch() {
            return log.rows().epoch();
        }

        @Override
        public SpanWriter open(
                TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
            return log.rows().open(span, dispatcher, created, accepted);
        }

        @Override
        public long rowsApplied() {
            return log.rows().rowsApplied();
        }

        @Override
        public long rowsAppliedAgain() {
            return log.rows().rowsAppliedAgain();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    @Override
    protected SinkLab lab() {
        return new SinkLab() {
            private @Nullable SharedRedoLog present;

            @Override
            public Sink open(ChangefeedId changefeed, String source) {
                // A process that has died leaves its notes.
                SharedRedoLog opened =
                        SharedRedoLog.open(new RedoPlace(temporary.resolve("redo"), false), source, changefeed);
                present = opened;
                return new Logged(opened);
            }

            @Override
            public SortedMap<TableName, ? extends Map<String, String>> state(Sink sink) {
                FinishedTables tables = ((Logged) sink).log().rows().stage().tables();
                SortedMap<TableName, SortedMap<String, String>> rows = new TreeMap<>();
                tables.names().forEach(name -> rows.put(name, tables.rows(name)));
                return rows;
            }

            @Override
            public void close() {
                SharedRedoLog opened = present;
                if (opened != null) {
                    opened.close();
                }
            }
        };
    }
}
