package dev.maintainer.simulator.seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.seeded.testing.Patch;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Planted bugs are written down as patches of source text. */
class BugReaderTest {
    private static List<SeededBug> bugs(String... texts) {
        BugReader reader = new BugReader();
        for (int number = 0; number < texts.length; number++) {
            reader.read("text " + number, texts[number]);
        }
        return reader.bugs();
    }

    @Test
    @DisplayName("a bug says what it changes, what it is caught by, and where it is looked for")
    void whole() {
        assertThat(bugs("""
                # for people
                bug R01: the door: it stays open
                in Door
                - close();
                +
                - if (key
                -     != null) {
                + if (true) {
                in Lock
                - turn(2);
                + turn(1);
                caught by CONVERGES, NO_GAP
                first in PARTITIONS, SWARM
                within 3000
                """))
                .containsExactly(new SeededBug(
                        "R01",
                        "the door: it stays open",
                        List.of(
                                new Patch("Door", "close();", ""),
                                new Patch("Door", "if (key\n    != null) {", "if (true) {"),
                                new Patch("Lock", "turn(2);", "turn(1);")),
                        new Expectation.Found(Set.of(Invariant.CONVERGES, Invariant.NO_GAP)),
                        List.of(Workload.PARTITIONS, Workload.SWARM),
                        3_000));
    }

    @Test
    @DisplayName("a bug may do what others do, which may be written down later, and parts are no bugs by themselves")
    void others() {
        List<SeededBug> bugs = bugs("""
                bug R01: the door stays open
                in Door
                - close();
                +
                masked by R01b: there is a second door

                bug R01b: both doors stay open
                as R01
                as second-door
                caught by NO_GAP
                """, """
                part second-door: the second door stays open
                in SecondDoor
                - close();
                +
                """);

        assertThat(bugs).extracting(SeededBug::id).containsExactly("R01", "R01b");
        assertThat(bugs.get(0).expectation()).isEqualTo(new Expectation.Masked("R01b", "there is a second door"));
        assertThat(bugs.get(1).patches())
                .containsExactly(new Patch("Door", "close();", ""), new Patch("SecondDoor", "close();", ""));
    }

    @Test
    @DisplayName("a bug may wait for a world that nobody makes")
    void notReached() {
        assertThat(bugs("bug R01: rust\nnot reached: it never rains").get(0).expectation())
                .isEqualTo(new Expectation.NotReached("it never rains"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "in Door | text 0, line 1: no bug has begun",
                "bug R01 | text 0, line 1: not 'bug ID: what is wrong'",
                "bug R01: a;perhaps | text 0, line 2: nobody knows what this is: perhaps",
                "bug R01: a;caught by LUCK | text 0, line 2: caught by LUCK: No enum constant",
                "bug R01: a;first in HEAVEN | text 0, line 2: first in HEAVEN: No enum constant",
                "bug R01: a;within reason | text 0, line 2: within reason: For input string",
                "bug R01: a;masked by R02 | text 0, line 2: masked by R02: not 'ID: why'",
                "bug R01: a;bug R01: b | text 0, line 2: there is a R01 already",
                "bug R01: a;- x;+ y | R01 needs a class after 'in'",
                "bug R01: a;in Door;+ y | R01 needs a class after 'in', lines with '-'",
                "bug R01: a;in Door;- x;within 9 | R01 needs a class after 'in', lines with '-' and lines with '+'",
                "bug R01: a;as R02 | [R01] is as R02, which is nowhere",
                "bug R01: a;as R02;bug R02: b;as R01 | [R01, R02] is as R01, which is as itself",
            })
    @DisplayName("what is wrong in a text is named")
    void refused(String text, String complaint) {
        assertThatThrownBy(() -> bugs(text.replace(';', '\n')))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(complaint);
    }
}
