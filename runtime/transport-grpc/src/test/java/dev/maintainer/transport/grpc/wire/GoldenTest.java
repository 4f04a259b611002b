package dev.maintainer.transport.grpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Bytes that released versions send. There is a folder per release whose bytes differ from those of the one before.
 *
 * <p>For a new kind: add a sample to {@link GoldenMessages}, and the bytes that the failing test shows to the newest
 * folder. If the bytes of a kind change, which receivers of the former release must understand: run {@link
 * GoldenMessages#main} with a new folder, and keep the old one.
 */
class GoldenTest {
    private static final Path RELEASES = Path.of("src/test/resources/golden");

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return HexFormat.of().parseHex(Files.readString(file).strip());
    }

    @TestFactory
    @DisplayName("what a release has sent is understood for ever")
    Stream<DynamicTest> understood() throws IOException {
        Map<String, Message> samples = GoldenMessages.all();
        Stream.Builder<DynamicTest> tests = Stream.builder();
        for (Path release : sorted(RELEASES)) {
            for (Path file : sorted(release)) {
                String name = file.getFileName().toString().replace(".hex", "");
                tests.add(DynamicTest.dynamicTest(
                        release.getFileName() + " " + name,
                        () -> assertThat(WireCodec.decode(bytes(file))).isEqualTo(samples.get(name))));
            }
        }
        return tests.build();
    }

    @TestFactory
    @DisplayName("what this version sends is what the newest folder has")
    Stream<DynamicTest> sent() throws IOException {
        List<Path> releases = sorted(RELEASES);
        Path newest = releases.get(releases.size() - 1);
        return GoldenMessages.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
                    Path file = newest.resolve(sample.getKey() + ".hex");
                    String sent = HexFormat.of().formatHex(WireCodec.encode(sample.getValue()));
                    assertThat(file)
                            .as("write this into %s: %s", file, sent)
                            .exists()
                            .content()
                            .isEqualTo(sent + "\n");
                }));
    }

    @Test
    @DisplayName("every kind of message has a sample")
    void complete() {
        assertThat(GoldenMessages.all().values().stream().map(Message::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(RandomMessages.kinds());
    }
}
