package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.replication.ConnectorAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkProviderTest {
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final FileSinkProvider provider = new FileSinkProvider();

    private void check(String location, String source) {
        provider.check(new ConnectorAddress("files", location), Collections.emptySortedMap(), ORDERS, source);
    }

    private void refused(String location, String reason) {
        assertThatThrownBy(() -> check(location, "log"))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(reason);
    }

    @Test
    @DisplayName("To look whether a sink can be opened makes nothing, and finds what opening would refuse")
    void looks() throws IOException {
        Path fresh = temporary.resolve("a/b/c");
        check(fresh.toString(), "log");
        assertThat(temporary).isEmptyDirectory();

        Path file = Files.writeString(temporary.resolve("file"), "");
        refused(file.toString(), "is not a directory");
        refused(file.resolve("below").toString(), "is not a directory");
        refused("relative/out", "working directory");
        Path foreign = temporary.resolve("foreign");
        Files.createDirectories(foreign.resolve("content"));
        refused(foreign.toString(), "is not empty and not one of ours");
        assertThat(temporary).isDirectoryNotContaining(each -> each.endsWith("a"));

        provider.open(new ConnectorAddress("files", fresh.toString()), Collections.emptySortedMap(), ORDERS, "log")
                .close();
        check(fresh.toString(), "log");
        assertThatThrownBy(() -> check(fresh.toString(), "other")).hasMessageContaining("holds another change log");
        refused(fresh.resolve("inside").toString(), "is inside of another sink");
    }

    @Test
    @DisplayName("Two ways to write one directory are one place")
    void place() {
        assertThat(provider.place(new ConnectorAddress("files", "/srv/out/")))
                .isEqualTo(provider.place(new ConnectorAddress("files", "/srv/./in/../out")))
                .isNotEqualTo(provider.place(new ConnectorAddress("files", "/srv/in")));
    }

    @Test
    @DisplayName("a link leads to the place of what it names, also below it, and where nothing is yet")
    void links() throws IOException {
        Path sink = Files.createDirectory(temporary.resolve("sink"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), sink);

        assertThat(placeOf(link)).isEqualTo(placeOf(sink)).isNotEqualTo(placeOf(temporary));
        assertThat(placeOf(link.resolve("new/other"))).isEqualTo(placeOf(sink.resolve("new/other")));
    }

    private String placeOf(Path directory) {
        return provider.place(new ConnectorAddress("files", directory.toString()));
    }
}
