package dev.maintainer.connector.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {
    @ParameterizedTest
    @CsvSource({"0/0, 0", "0/1B2A3F8, 28484600", "16/B374D848, 97500059720", "7FFFFFFF/FFFFFFFF, 9223372036854775807"})
    void isWrittenAsTheServerDoes(String text, long lsn) {
        assertThat(Lsn.text(lsn)).isEqualTo(text);
        assertThat(Lsn.parse(text)).isEqualTo(lsn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "1", "1/", "/1", "1/123456789", "-1/0", "0x1/0", "1/0 ", "G/0"})
    void anythingElseIsNoPosition(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a position");
    }

    @Test
    void aShortFormIsThePositionAsWell() {
        assertThat(Lsn.parse("0000000a/0000000B")).isEqualTo(0xA_0000_000BL);
    }
}
