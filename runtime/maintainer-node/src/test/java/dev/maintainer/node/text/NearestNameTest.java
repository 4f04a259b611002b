package dev.maintainer.node.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    @ParameterizedTest
    @CsvSource({
        "rnu, run",
        "basik, basic",
        "--handofs, --handoffs",
        "chagefeeds, changefeeds",
        "maintainr-nodes, maintainer-node",
        "n, n1",
    })
    @DisplayName("a mistake or two are seen through, two swapped letters are one of them")
    void near(String word, String meant) {
        assertThat(NearestName.question(word, List.of(meant, "something-else")))
                .isEqualTo(", did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @CsvSource({"ctl, run", "plan, run", "nobody, basic", "x, y", "bakit, basic"})
    @DisplayName("a name of which more than a third would have to be changed is not meant")
    void far(String word, String known) {
        assertThat(NearestName.of(word, List.of(known))).isEmpty();
    }

    @Test
    @DisplayName("of several that are equally near none is named, unless another is nearer")
    void equallyNear() {
        assertThat(NearestName.of("n9", List.of("n1", "n2", "n3"))).isEmpty();
        assertThat(NearestName.of("node-a19", List.of("node-a1", "node-b19", "node-a199", "node-a19-3")))
                .isEmpty();
        assertThat(NearestName.of("node-c", List.of("node-cc1", "node-c1", "node-c23")))
                .contains("node-c1");
    }
}
