package dev.maintainer.connector.files;

import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.connector.tck.SinkLab;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The file sink keeps the rules of sinks. */
class FileSinkContractTest extends SinkContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @Override
    protected SinkLab lab() {
        return new FileSinkLab(temporary.resolve("sink"), SinkDirectory::claim);
    }
}
