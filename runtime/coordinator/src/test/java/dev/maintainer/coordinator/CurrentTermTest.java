package dev.maintainer.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CurrentTermTest {
    private final List<String> story = new ArrayList<>();
    private final CurrentTerm<Term> terms = new CurrentTerm<>(Term::new);

    private final class Term implements CurrentTerm.Running {
        private final long epoch;

        Term(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public void start() {
            story.add(epoch + " starts");
        }

        @Override
        public void end() {
            story.add(epoch + " ends");
        }
    }

    @Test
    @DisplayName("What runs belongs to the epoch of its term, and ends when the process is deposed")
    void oneTerm() {
        terms.elected(7);
        assertThat(terms.present()).isNotNull();
        terms.deposed();
        terms.deposed();

        assertThat(story).containsExactly("7 starts", "7 ends");
        assertThat(terms.present()).isNull();
    }

    @Test
    @DisplayName("A term that was not seen to end has ended before the next one starts")
    void nextTerm() {
        terms.elected(7);
        terms.elected(9);

        assertThat(story).containsExactly("7 starts", "7 ends", "9 starts");
    }

    @Test
    @DisplayName("Who has withdrawn leads no more, also if it is elected once more")
    void withdrawn() {
        terms.elected(7);
        terms.withdraw();
        terms.elected(8);

        assertThat(story).containsExactly("7 starts", "7 ends");
    }
}
