package dev.maintainer.connector.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What stands for the key of rows that have none. */
class KeylessKeyTest {
    private static final long EPOCH = 1L << 32;

    @Test
    @DisplayName("What is written is read")
    void texts() {
        for (KeylessKey key : List.of(
                new KeylessKey.CopyBegins(),
                new KeylessKey.Copied(),
                new KeylessKey.CopyEnds(new SeenTransactions(70, 5, 9, Set.of(5L, 7L))),
                new KeylessKey.CopyEnds(new SeenTransactions(70, 5, 5, Set.of())),
                new KeylessKey.Change(7, 0, null),
                new KeylessKey.Change(4_294_967_295L, 12, "{\"a\":\"1.2 {\\n\"}"))) {
            assertThat(KeylessKey.parse(key.text())).isEqualTo(key);
        }
        assertThat(new KeylessKey.CopyEnds(new SeenTransactions(70, 5, 9, Set.of(7L, 5L))).text())
                .isEqualTo("copy of 70 5:9:5,7");
    }

    @Test
    @DisplayName("Anything else is refused")
    void refused() {
        for (String bad : List.of("", "[\"1\"]", "7", "7.", "7.1 x", "copy of", "copy of 7 1:2", "copy of 7 1:2:x")) {
            assertThatThrownBy(() -> KeylessKey.parse(bad))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT));
        }
    }

    @Test
    @DisplayName("A snapshot has what is over and was not running; numbers of transactions come again")
    void seen() {
        SeenTransactions seen = SeenTransactions.of("100:110:100,105", "0/46");
        assertThat(seen.endTs()).isEqualTo(70);
        assertThat(seen.has(70, 99)).isTrue();
        assertThat(seen.has(70, 100)).isFalse();
        assertThat(seen.has(70, 101)).isTrue();
        assertThat(seen.has(70, 105)).isFalse();
        assertThat(seen.has(70, 110)).isFalse();
        assertThat(seen.has(71, 99)).as("it comes later").isFalse();
        assertThat(seen.has(70, EPOCH - 3)).as("of the epoch before").isTrue();

        SeenTransactions late = SeenTransactions.of((2 * EPOCH - 5) + ":" + (2 * EPOCH - 2) + ":", "0/46");
        assertThat(late.has(70, EPOCH - 3)).isTrue();
        assertThat(late.has(70, EPOCH - 2)).isFalse();
        assertThat(late.has(70, 3)).as("of the next epoch").isFalse();
    }
}
