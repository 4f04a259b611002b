package dev.maintainer.replication.stream;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.SinkDirectory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Dispatchers write to files, on threads that the test drives, and what they tell is recorded. */
abstract class FileSinkScene {
    static final ChangefeedId FEED = new ChangefeedId("feed");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temporary;

    final RecordingListener recorder = new RecordingListener();
    final ManualThreads threads = new ManualThreads();
    final Frontier frontier = new Frontier(9);

    @SuppressWarnings("NullAway.Init")
    FileSink sink;

    @SuppressWarnings("NullAway.Init")
    SinkDirectory directory;

    @BeforeEach
    void openSink() {
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        sink = new FileSink(directory, FEED);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
        directory.close();
    }
}
