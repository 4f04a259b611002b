package dev.maintainer.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntrusiveListTest {
    private static final class Link extends IntrusiveList.Element<Link> {}

    private final IntrusiveList<Link> list = new IntrusiveList<>();
    private final IntrusiveList<Link> other = new IntrusiveList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("Agrees with a set in the order of insertion")
    void agreesWithAModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Link> all = new ArrayList<>();
        for (long n = 1; n <= 12; n++) {
            all.add(new Link());
        }
        Set<Link> model = new LinkedHashSet<>();
        for (int i = 0; i < 2_000; i++) {
            Link link = all.get(random.nextInt(all.size()));
            if (random.nextBoolean()) {
                assertThat(list.remove(link)).isEqualTo(model.remove(link));
            } else if (random.nextBoolean() || model.contains(link)) {
                list.moveToEnd(link);
                model.remove(link);
                model.add(link);
            } else {
                list.append(link);
                model.add(link);
            }
            assertThat(list).containsExactlyElementsOf(model);
            assertThat(list.size()).isEqualTo(model.size());
            assertThat(list.contains(link)).isEqualTo(model.contains(link));
            Link before = null;
            for (Link each : list) {
                assertThat(list.isBehind(each, before)).isTrue();
                before = each;
            }
            assertThat(list.first())
                    .isEqualTo(model.isEmpty() ? null : model.iterator().next());
        }
    }

    @Test
    void anElementIsOnOneList() {
        Link link = new Link();
        list.append(link);

        assertThatThrownBy(() -> list.append(link))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this list");
        assertThatThrownBy(() -> other.append(link))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another list");
        assertThatThrownBy(() -> other.moveToEnd(link)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.unlink(link)).isInstanceOf(IllegalStateException.class);
        assertThat(other.remove(link)).isFalse();
        assertThat(list).containsExactly(link);

        list.unlink(link);
        assertThatThrownBy(() -> list.unlink(link)).isInstanceOf(IllegalStateException.class);
        other.append(link);
        assertThat(other).containsExactly(link);
        assertThat(list).isEmpty();
    }

    @Test
    void readingBeyondTheEndIsRefused() {
        assertThatThrownBy(() -> list.iterator().next()).isInstanceOf(NoSuchElementException.class);
    }
}
