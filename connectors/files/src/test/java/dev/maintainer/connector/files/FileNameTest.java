package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @CsvSource({".,%2E", "..,%2E%2E", "a.b,a.b", "A-z_0,A-z_0", "a/b,a%2Fb", "../x,..%2Fx", "é,%C3%A9", "%,%25", "~,%7E"
    })
    @DisplayName("only A-Z a-z 0-9 . _ - stay as they are")
    void encodes(String name, String encoded) {
        assertThat(FileName.encode(name)).isEqualTo(encoded);
        assertThat(FileName.decode(encoded)).isEqualTo(name);
        assertThat(FileName.of(name, ".log")).isEqualTo(encoded + ".log");
    }

    @ParameterizedTest
    @CsvSource({"con,%63on", "NUL.x,%4EUL.x", "com7,%63om7", "a.,a%2E", "console,console", "com,com"})
    @DisplayName("names of devices and dots at the end, which Windows takes for something else, are encoded")
    void reserved(String name, String encoded) {
        assertThat(FileName.encode(name)).isEqualTo(encoded);
        assertThat(FileName.decode(encoded)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "/", "../..", "/etc/passwd", "a\\..\\b", "a\0b", "~", "a\nb", "...", "😀"})
    @DisplayName("no name escapes its directory")
    void staysInside(String name) {
        Path directory = Path.of("/sink/tables");
        Path file = directory.resolve(FileName.of(name, "")).normalize();
        assertThat(file.getParent()).isEqualTo(directory);
        assertThat(FileName.decode(FileName.encode(name))).isEqualTo(name);
    }

    @Test
    @DisplayName("a name of any length is a file name of at most 255 bytes, readable at its beginning, and no other's")
    void longNames() {
        List<String> names = List.of(
                "t".repeat(248),
                "t".repeat(249),
                "t".repeat(250),
                "顧".repeat(28),
                "顧".repeat(29),
                "a" + "顧".repeat(40),
                "ab" + "顧".repeat(40),
                "顧".repeat(64),
                "😀".repeat(64),
                "t".repeat(100_000));
        Set<String> files = new HashSet<>();
        for (String name : names) {
            String file = FileName.of(name, ".ndjson");
            assertThat(file.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
            assertThat(file).endsWith(".ndjson").matches("([A-Za-z0-9._~-]|%[0-9A-F]{2})+");
            assertThat(files.add(file)).as(file).isTrue();
        }
        assertThat(FileName.of("t".repeat(248), ".ndjson")).isEqualTo("t".repeat(248) + ".ndjson");
        assertThat(FileName.of("t".repeat(249), ".ndjson"))
                .startsWith("t".repeat(200))
                .contains("~");
    }

    @Test
    @DisplayName("in one directory, names that differ in upper and lower case only have different file names")
    void caseDiffers() {
        FileNames names = new FileNames(".ndjson", Set.of("INDEX.ndjson"));
        Set<String> files = new HashSet<>();
        for (String name : List.of("Orders", "orders", "ORDERS", "index", "other")) {
            String file = names.of(name);
            assertThat(files.add(file.toLowerCase(Locale.ROOT))).as(file).isTrue();
            assertThat(names.of(name)).isEqualTo(file);
        }
        assertThat(names.of("Orders")).isEqualTo("Orders.ndjson");
        assertThat(names.of("orders")).startsWith("orders~");
        assertThat(names.of("index")).startsWith("index~");
        assertThat(names.of("other")).isEqualTo("other.ndjson");
    }

    @Test
    @DisplayName("an empty name and a foreign file name are refused")
    void refuses() {
        assertThatThrownBy(() -> FileName.of("", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileName.decode("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileName.decode("%zz")).isInstanceOf(IllegalArgumentException.class);
    }
}
