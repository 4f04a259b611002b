package dev.maintainer.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connectors of other people may be broken: whoever uses them hears which one it was, and what to do. */
class ConnectorsTest {
    private static final ConnectorAddress THERE = new ConnectorAddress("strange", "there");
    private static Supplier<@Nullable String> scheme = () -> "strange";
    private static Supplier<@Nullable Sink> opening = () -> null;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    /** Found by its name; does what the test says. */
    public static final class Strange implements SinkProvider {
        @Override
        @SuppressWarnings("NullAway")
        public String scheme() {
            return scheme.get();
        }

        @Override
        public String description() {
            return "a strange sink";
        }

        @Override
        @SuppressWarnings("NullAway")
        public Sink open(
                ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source) {
            return opening.get();
        }
    }

    private static final class Services extends ClassLoader {
        private final URL listed;

        Services(URL listed) {
            super(ConnectorsTest.class.getClassLoader());
            this.listed = listed;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals("META-INF/services/" + SinkProvider.class.getName())
                    ? Collections.enumeration(Collections.singleton(listed))
                    : Collections.emptyEnumeration();
        }
    }

    @BeforeEach
    void aGoodOne() {
        scheme = () -> "strange";
        opening = () -> null;
    }

    private Connectors load() throws IOException {
        Path list = Files.writeString(temporary.resolve("services"), Strange.class.getName() + "\n");
        return Connectors.load(new Services(list.toUri().toURL()));
    }

    private void refused(String... texts) {
        assertThatThrownBy(() -> load().openSink(THERE, new TreeMap<>(), new ChangefeedId("orders"), "a log"))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(Strange.class.getName())
                .hasMessageContainingAll(texts);
    }

    @Test
    @DisplayName("a scheme that nobody can write is refused, and so is a provider that has none")
    void schemes() {
        for (String bad : new String[] {"", "x", "KAFKA", "my_db", "a\u0007b"}) {
            scheme = () -> bad;
            refused("is no scheme");
        }
        scheme = () -> null;
        refused("'null'", "is no scheme");
        scheme = () -> {
            throw new IllegalStateException("not today");
        };
        refused("cannot say its scheme", "not today");
    }

    @Test
    @DisplayName("a connector that fails when it is opened is named, with what it has thrown")
    void opening() {
        refused("opened nothing for strange:there");
        opening = () -> {
            throw new IllegalStateException("host db7\ndoes not answer");
        };
        refused("failed to open strange:there", "host db7\\ndoes not answer");
        opening = () -> {
            throw new NoClassDefFoundError("org/postgresql/Driver");
        };
        refused("org/postgresql/Driver", "put the jars that it needs beside it");
    }

    @Test
    @DisplayName("what a connector refuses in its own words stays as it is")
    void ownWords() {
        opening = () -> {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "host db7 does not answer; start it");
        };
        assertThatThrownBy(() -> load().openSink(THERE, new TreeMap<>(), new ChangefeedId("orders"), "a log"))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE))
                .hasMessage("host db7 does not answer; start it");
    }

    @Test
    @DisplayName("an address is shown without passwords, wherever they are, and not longer than a line")
    void secrets() {
        ConnectorAddress address =
                ConnectorAddress.parse("evil://me:secret@host/db?user=me&password=hunter2&mode=fast", "--sink");
        assertThat(address).hasToString("evil://me:***@host/db?mode=fast&password=***&user=me");
        assertThat(new ConnectorAddress("evil", "x".repeat(50_000)).toString()).hasSizeLessThan(600);
    }
}
