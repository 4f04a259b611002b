package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.maintainer.connector.postgres.catalog.TypeImage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels of an enum of the source, before and after, and those that the sink has. */
class EnumAlterationTest {
    private static TypeImage mood(String labels) {
        return new TypeImage("shop", "mood", list(labels), null, null);
    }

    private static List<String> list(@Nullable String labels) {
        return labels == null ? List.of() : Splitter.on(' ').splitToList(labels);
    }

    @ParameterizedTest(name = "{0} -> {1}, here {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a b   | a b     | a b     |
            a b   | a b c   | a b     | add value 'c' after 'b'
            a b   | x a b   | a b     | add value 'x' before 'a'
            a b   | a x y b | a b     | add value 'x' after 'a'; add value 'y' after 'x'
            a b   | a it's  | a b     | rename value 'b' to 'it''s'
            a b   | a c     | a c     |
            a b   | a b c   | a b c   |
            a b   | a b c   | a b d   | add value 'c' after 'b'
            a b c | a b     | a b c   |
                  | a b     | b       | add value 'a' before 'b'
                  | a       |         | add value 'a'
            a     | a b     | c       | add value 'a' before 'c'; add value 'b' after 'a'
            """)
    @DisplayName("Labels are renamed and added where the source has them, once, and those of the sink alone stay")
    void statements(@Nullable String former, String wanted, @Nullable String present, @Nullable String expected) {
        EnumAlteration alteration =
                EnumAlteration.of(former == null ? null : mood(former), mood(wanted), list(present));
        assertThat(alteration.statements().stream().map(each -> each.replace("alter type \"shop\".\"mood\" ", "")))
                .isEqualTo(expected == null ? List.of() : Splitter.on("; ").splitToList(expected));
        assertThat(alteration.isUnclear()).isFalse();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"a b, a x c", "a b, b a", "a b c, a c b d"})
    @DisplayName("Where labels were renamed and added at once, or exchanged, nobody can tell what rows have now")
    void unclear(String former, String wanted) {
        assertThat(EnumAlteration.of(mood(former), mood(wanted), list(former)).isUnclear())
                .isTrue();
    }
}
