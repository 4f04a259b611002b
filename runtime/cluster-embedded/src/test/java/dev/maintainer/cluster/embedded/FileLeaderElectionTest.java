package dev.maintainer.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.LeaderElection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaderElectionTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final List<String> told = new ArrayList<>();

    private LeaderElection.Candidate candidate(String name) {
        return new LeaderElection.Candidate() {
            @Override
            public void elected(long leaderEpoch) {
                told.add(name + " leads under " + leaderEpoch);
            }

            @Override
            public void deposed() {
                told.add(name + " leads no more");
            }
        };
    }

    private FileLeaderElection election() {
        return new FileLeaderElection(temporary.resolve("leader-epoch"));
    }

    @Test
    @DisplayName("who has waited longest leads next, and each leader has a higher epoch, over processes too")
    void inTurn() {
        FileLeaderElection first = election();
        first.campaign(A, candidate("a"));
        first.campaign(B, candidate("b"));
        first.withdraw(A);
        first.withdraw(B);
        election().campaign(A, candidate("a"));
        assertThat(told)
                .containsExactly(
                        "a leads under 1", "a leads no more", "b leads under 2", "b leads no more", "a leads under 3");
    }

    @Test
    @DisplayName("a leader epoch that cannot be read is refused with the name of its file, and nobody leads")
    void unreadable() throws IOException {
        Files.writeString(temporary.resolve("leader-epoch"), "many");
        FileLeaderElection election = election();
        assertThatThrownBy(() -> election.campaign(A, candidate("a")))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("leader-epoch")
                .hasMessageContaining("higher than any before");
        assertThat(told).isEmpty();
        Files.writeString(temporary.resolve("leader-epoch"), "7");
        election.campaign(A, candidate("a"));
        assertThat(told).containsExactly("a leads under 8");
    }
}
