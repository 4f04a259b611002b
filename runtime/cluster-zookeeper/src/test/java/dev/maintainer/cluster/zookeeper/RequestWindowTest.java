package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestWindowTest {
    private final RequestWindow window = new RequestWindow();
    private final List<String> begun = new ArrayList<>();
    private boolean held;

    private void request(String name) {
        window.request(() -> true, () -> {
            window.begun();
            begun.add(name);
        });
    }

    private void part(String name) {
        window.part(() -> begun.add(name));
    }

    @Test
    @DisplayName("only so many are under way, and the others begin in order")
    void bounded() {
        IntStream.range(0, 300).forEach(i -> request("r" + i));
        int first = begun.size();
        assertThat(first).isLessThanOrEqualTo(RequestWindow.MOST).isGreaterThan(250);

        window.ended();
        window.advance();

        assertThat(begun).hasSize(first + 1).endsWith("r" + first);
    }

    @Test
    @DisplayName("one that may not begin yet holds up those behind it, until somebody looks again")
    void heldBack() {
        held = true;
        window.request(() -> !held, () -> begun.add("waits"));
        request("behind");
        assertThat(begun).isEmpty();

        held = false;
        window.advance();

        assertThat(begun).containsExactly("waits", "behind");
    }

    @Test
    @DisplayName("parts of what has begun go first, but leave room for others")
    void parts() {
        IntStream.range(0, 100).forEach(i -> part("p" + i));
        request("renewal");

        assertThat(begun).hasSize(RequestWindow.MOST_PARTS + 1).contains("p31", "renewal");

        window.partEnded();
        request("another");
        assertThat(begun).endsWith("p32", "another");
    }

    @Test
    @DisplayName("nothing begins after the end")
    void cleared() {
        held = true;
        window.request(() -> !held, () -> begun.add("never"));
        window.clear();
        held = false;
        window.advance();

        assertThat(begun).isEmpty();
    }
}
