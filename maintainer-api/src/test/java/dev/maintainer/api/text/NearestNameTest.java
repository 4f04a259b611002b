package dev.maintainer.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
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

    @ParameterizedTest
    @CsvSource({
        "bach-size,batch-size",
        "batchsize,batch-size",
        "max-skwe,max-skew",
        "skew,none",
        "load-factor,none",
        "load-factor-perc,load-factor-percent",
        "factor-percent,load-factor-percent",
        "m,none",
        "colour,none",
        "'',none"
    })
    @DisplayName("the nearest of several is the one that was meant")
    void nearest(String given, String meant) {
        assertThat(NearestName.of(given, List.of("batch-size", "max-skew", "load-factor-percent", "n"))
                        .orElse("none"))
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "'',abc,3", "abc,'',3", "same,same,0", "ab,ba,1", "abcd,badc,2"})
    @DisplayName("a letter more, less, another or swapped is one change")
    void distances(String from, String to, int changes) {
        assertThat(NearestName.distance(from, to)).isEqualTo(changes);
    }

    @Test
    @DisplayName("a word that is longer than any name with its mistakes is not compared")
    void longWord() {
        List<String> names =
                IntStream.range(0, 10_000).mapToObj(i -> "shop.orders" + i).toList();
        assertThat(NearestName.of("x".repeat(1 << 20), names)).isEmpty();
        assertThat(NearestName.isNear("x".repeat(1 << 28), "x".repeat(1 << 20))).isFalse();
    }
}
