package dev.maintainer.node.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @CsvSource({".,%2E", "..,%2E%2E", "a.b,a.b", "A-z_0,A-z_0", "a/b,a%2Fb", "../x,..%2Fx", "é,%C3%A9", "%,%25"})
    @DisplayName("only A-Z a-z 0-9 . _ - stay as they are")
    void encodes(String name, String encoded) {
        assertThat(FileName.encode(name)).isEqualTo(encoded);
        assertThat(FileName.decode(encoded)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "/", "../..", "/etc/passwd", "a\\..\\b", "a\0b", "~", "a\nb", "...", "😀"})
    @DisplayName("no name escapes its directory")
    void staysInside(String name) {
        Path directory = Path.of("/sink/tables");
        Path file = directory.resolve(FileName.encode(name)).normalize();
        assertThat(file.getParent()).isEqualTo(directory);
        assertThat(FileName.decode(FileName.encode(name))).isEqualTo(name);
    }

    @Test
    @DisplayName("an empty name and a foreign file name are refused")
    void refuses() {
        assertThatThrownBy(() -> FileName.encode("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileName.decode("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileName.decode("%zz")).isInstanceOf(IllegalArgumentException.class);
    }
}
