package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.ForwardingSource;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that copies what is there may have rows before the dispatcher that asked for them is made. */
class EagerSourceTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final NodeId NODE = new NodeId("n1");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private static final class RecordingThreads extends ScheduledThreadPoolExecutor {
        private final List<Runnable> tasks = new ArrayList<>();

        RecordingThreads() {
            super(0);
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }

    private static Source eager() {
        return new ForwardingSource(new ChangeLogSource(
                new ChangeLogBuilder().createTable(10, new TableName("s", "t")).build("digest"), new Frontier(20))) {
            @Override
            public RowReader rows(
                    TableSpan span, long from, LongFunction<List<TableSpan>> completeParts, Runnable available) {
                RowReader reader = super.rows(span, from, completeParts, available);
                available.run();
                return reader;
            }
        };
    }

    @Test
    @DisplayName("A dispatcher takes its first turn when it is started, although its source has told it of rows before")
    void firstTurn() {
        RecordingThreads threads = new RecordingThreads();
        try (SinkDirectory directory = SinkDirectory.claim(temporary.resolve("sink"), "digest")) {
            StreamingDispatcherFactory node = new StreamingDispatcherFactory(
                    eager(),
                    new FileSink(directory, FEED),
                    null,
                    new WrittenWork().of(NODE),
                    new NodeContext(NODE, WriteLease.UNLIMITED, threads));
            node.fence(FEED, EPOCH);
            Dispatcher dispatcher = node.create(
                    new DispatcherSpec(
                            FEED, EPOCH, new DispatcherId(1, 1), TableSpan.whole(new TableId(1)), new SchemaId(1), 10),
                    new RecordingListener());
            assertThat(threads.tasks).isEmpty();

            dispatcher.start();
            assertThat(threads.tasks).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
