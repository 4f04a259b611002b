package dev.maintainer.cluster.zookeeper.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Bytes that released versions have stored. For a new record, add the bytes that the failing test shows. */
class GoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/0.1.0");

    @TestFactory
    @DisplayName("what was stored is understood for ever, and this version stores the same")
    Stream<DynamicTest> stored() {
        return GoldenRecords.all().entrySet().stream()
                .map(golden -> DynamicTest.dynamicTest(golden.getKey(), () -> {
                    RandomValues.Sample sample = golden.getValue();
                    String written = HexFormat.of().formatHex(new RecordCodec().encode(sample.path(), sample.value()));
                    Path file = FOLDER.resolve(golden.getKey() + ".hex");
                    assertThat(file).as("write this into %s: %s", file, written).exists();
                    String bytes = Files.readString(file).strip();
                    assertThat(written).isEqualTo(bytes);
                    assertThat(new RecordCodec()
                                    .decode(sample.path(), HexFormat.of().parseHex(bytes), 0))
                            .isEqualTo(sample.value());
                }));
    }

    @Test
    @DisplayName("every kind has one")
    void complete() {
        assertThat(GoldenRecords.all().values().stream()
                        .map(sample -> sample.path().kind()))
                .containsAll(Arrays.asList(dev.maintainer.membership.store.StorePath.Kind.values()));
    }
}
