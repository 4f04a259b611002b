package dev.maintainer.scheduler.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReasonTest {
    @Test
    @DisplayName("A reason that is too long is cut where it is made, so nothing keeps or shows more of it")
    void bounded() {
        Reason reason = new Reason("C".repeat(5_000), "t".repeat(3_000_000));

        assertThat(reason.code()).hasSize(Reason.LONGEST_CODE).endsWith("...");
        assertThat(reason.text()).hasSize(Reason.LONGEST_TEXT).endsWith("...");
        assertThat(new Reason("OK", "t".repeat(Reason.LONGEST_TEXT)).text()).doesNotContain(".");
    }

    @Test
    @DisplayName("No letter is cut in half")
    void surrogates() {
        for (int length : new int[] {1_001, 1_002, 1_003}) {
            String text = new Reason("OK", "x".repeat(length % 2) + "\ud83d\ude00".repeat(length)).text();

            String kept = text.substring(0, text.length() - 3);
            assertThat(Character.isHighSurrogate(kept.charAt(kept.length() - 1)))
                    .isFalse();
            assertThat(text).hasSizeBetween(Reason.LONGEST_TEXT - 1, Reason.LONGEST_TEXT);
        }
    }
}
