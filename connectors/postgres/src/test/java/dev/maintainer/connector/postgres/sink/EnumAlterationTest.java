package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.maintainer.connector.postgres.catalog.TypeImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels of an enum of the source, before and after, as number:label, and those that the sink has. */
class EnumAlterationTest {
    private static TypeImage mood(@Nullable String labels) {
        List<TypeImage.Label> all = new ArrayList<>();
        for (String label : list(labels)) {
            List<String> parts = Splitter.on(':').splitToList(label);
            all.add(new TypeImage.Label(Long.parseLong(parts.get(0)), parts.get(1)));
        }
        return new TypeImage("shop", "mood", all, null, null);
    }

    private static List<String> list(@Nullable String labels) {
        return labels == null ? List.of() : Splitter.on(' ').splitToList(labels);
    }

    private static List<String> statements(EnumAlteration alteration) {
        return alteration.statements().stream()
                .map(each -> each.replace("alter type \"shop\".\"mood\" ", "").replace(" value", ""))
                .toList();
    }

    @ParameterizedTest(name = "{0} -> {1}, here {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1:a 2:b     | 1:a 2:b         | a b   |
            1:a 2:b     | 1:a 2:b 3:c     | a b   | add 'c' after 'b'
            1:a 2:b     | 3:x 1:a 2:b     | a b   | add 'x' before 'a'
            1:a 2:b     | 1:a 3:x 4:y 2:b | a b   | add 'x' after 'a'; add 'y' after 'x'
            1:a 2:b     | 1:a 2:it's      | a b   | rename 'b' to 'it''s'
            1:a 2:b     | 1:a 2:c         | a c   |
            1:a 2:b     | 1:a 2:b 3:c     | a b c |
            1:a 2:b     | 1:a 2:b 3:c     | a b d | add 'c' after 'b'
            1:a 2:b 3:c | 1:a 2:b         | a b c |
            1:a 2:b     | 5:b 6:c         | a b   | add 'c' after 'b'
                        | 1:a 2:b         | b     | add 'a' before 'b'
                        | 1:a             |       | add 'a'
            1:a         | 1:a 2:b         | c     | add 'a' before 'c'; add 'b' after 'a'
            1:a 2:b     | 1:c 2:a         | a b   | rename 'a' to 'c'; rename 'b' to 'a'
            1:a 2:b     | 1:c 2:a         | c a   |
            1:a 2:b     | 1:c 2:a 3:b     | a b   | rename 'a' to 'c'; rename 'b' to 'a'; add 'b' after 'a'
            1:a 2:b     | 1:x 3:y 2:b     | a b   | rename 'a' to 'x'; add 'y' after 'x'
            1:a 2:b     | 1:b 2:a         | a b   | rename 'a' to 'maintainer moves 1'; rename 'b' to 'a'; rename 'maintainer moves 1' to 'b'
            1:a 2:b     | 1:b 2:a         | b a   |
            """)
    @DisplayName("Labels are renamed and added where the source has them, once, and those of the sink alone stay")
    void followed(@Nullable String former, String wanted, @Nullable String present, @Nullable String expected) {
        EnumAlteration alteration =
                EnumAlteration.of(former == null ? null : mood(former), mood(wanted), list(present));
        assertThat(statements(alteration))
                .isEqualTo(expected == null ? List.of() : Splitter.on("; ").splitToList(expected));
        assertThat(alteration.isUnclear()).isFalse();
    }

    @ParameterizedTest(name = "{0} -> {1}, here {2}")
    @CsvSource(delimiter = '|', textBlock = """
            1:a 2:b | 1:c 2:b | a b c |
                    | 1:a 2:z | a b   | add 'z' after 'a'
            """)
    @DisplayName(
            "Where the sink has the label by itself, or what the source had is not known, nobody can tell what rows have now")
    void unclear(@Nullable String former, String wanted, String present, @Nullable String added) {
        EnumAlteration alteration =
                EnumAlteration.of(former == null ? null : mood(former), mood(wanted), list(present));
        assertThat(alteration.isUnclear()).isTrue();
        assertThat(statements(alteration)).isEqualTo(added == null ? List.of() : List.of(added));
    }
}
