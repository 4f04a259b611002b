package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/connectors.md and the README say of the kit. That the example works is seen in {@link KitTest}: the model uses it. */
class ConnectorGuideTest {
    private static final String PAGE = "../../docs/connectors.md";

    @Test
    @DisplayName("the example of the guide is the code that keeps the rules")
    void example() throws IOException {
        String source = Files.readString(
                Path.of("src/test/java", InMemoryBlocks.class.getName().replace('.', '/') + ".java"));

        assertThat(Files.readString(Path.of(PAGE)))
                .contains(
                        source.substring(source.indexOf("/** The block events")).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {PAGE, "README.md"})
    @DisplayName("the number of faulty models is the one that pages say")
    void faultyModels(String page) throws IOException {
        int models = SinkFault.values().length + SourceFault.values().length;

        assertThat(Files.readString(Path.of(page)).replaceAll("\\s+", " ")).contains("against " + models + " faulty ");
    }
}
