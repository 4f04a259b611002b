package dev.maintainer.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    @DisplayName("What steers a terminal, ends a line or turns the direction of writing is shown and does nothing")
    void line() {
        assertThat(Printable.line("t\u001b[31mRED")).isEqualTo("t\\u001b[31mRED");
        assertThat(Printable.line("a\nfake row\r\t")).isEqualTo("a\\nfake row\\r\\t");
        assertThat(Printable.line("\u0007\u007f\u009b\u2028\u202e\u2066"))
                .isEqualTo("\\u0007\\u007f\\u009b\\u2028\\u202e\\u2066");
        assertThat(Printable.lines("a\n\tb\u001b")).isEqualTo("a\n\tb\\u001b");
    }

    @Test
    @DisplayName("Letters of all scripts stay as they are, and those that join letters")
    void letters() {
        String text = "caf\u00e9 \u6f22\u5b57 \ud83d\ude00 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645";
        assertThat(Printable.line(text)).isSameAs(text);
    }

    @Test
    void longTextIsCutOffBetweenCharacters() {
        assertThat(Printable.shortened("", 3)).isEmpty();
        assertThat(Printable.shortened("abc", 3)).isEqualTo("abc");
        assertThat(Printable.shortened("abcd", 3)).isEqualTo("abc...");
        assertThat(Printable.shortened("ab\uD83D\uDE00d", 3)).isEqualTo("ab...");
        assertThat(Printable.shortened("ab\uD83D\uDE00d", 4)).isEqualTo("ab\uD83D\uDE00...");
    }
}
