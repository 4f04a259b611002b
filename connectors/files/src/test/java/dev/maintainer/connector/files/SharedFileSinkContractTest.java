package dev.maintainer.connector.files;

import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.connector.tck.SinkLab;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A file sink that processes share keeps the rules of sinks. */
class SharedFileSinkContractTest extends SinkContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @Override
    protected SinkLab lab() {
        return new FileSinkLab(temporary.resolve("sink"), SinkDirectory::share);
    }
}
