package dev.maintainer.membership;

import static dev.maintainer.membership.FakeStore.records;
import static dev.maintainer.membership.FakeStore.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreValue.Leader;
import dev.maintainer.membership.store.StoreValue.LeaderEpoch;
import dev.maintainer.membership.store.Stored;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ElectionTest {
    private static final long POLL = 300_000_000;
    private static final long RANK = 100_000_000;
    private static final NodeId NODE = new NodeId("n1");
    private static final NodeId OTHER = new NodeId("n2");
    /** Also the number of the attempt. */
    private static final long RANDOM = 42;

    private final FakeStore store = new FakeStore(5);
    private final List<String> heard = new ArrayList<>();
    private final Election election = new Election(NODE, POLL, () -> RANDOM, new Election.Listener() {
        @Override
        public void elected(LeaderTerm term, long nowNanos) {
            heard.add("elected " + term.epoch());
        }

        @Override
        public void deposed(String reason) {
            heard.add("deposed: " + reason);
        }
    });

    private static Stored epoch(long epoch, NodeId node, long attempt, int version) {
        return stored(new LeaderEpoch(epoch, node, attempt), version);
    }

    private static Stored leader(NodeId node, long attempt, long session) {
        return new Stored(new Leader(node, attempt), 0, session);
    }

    /** Nobody leads, and it is this node's turn. */
    private void campaign() {
        election.sessionBegun(store, 0);
        election.tick(0, 0);
        store.answer(records(StorePath.LEADER_EPOCH, epoch(6, OTHER, 1, 5)), 0);
        election.tick(0, RANK);
        store.answer(records(StorePath.LEADER_EPOCH, epoch(6, OTHER, 1, 5)), RANK);
    }

    @Test
    @DisplayName("Election and epoch are one transaction, under the version that was read")
    void won() {
        campaign();

        assertThat(store.next())
                .isEqualTo(new StoreRequest.Commit(
                        new StoreOp.Create(StorePath.LEADER, new Leader(NODE, RANDOM), true),
                        new StoreOp.Set(StorePath.LEADER_EPOCH, new LeaderEpoch(7, NODE, RANDOM), 5)));
        store.answer(new StoreAnswer.Committed(), RANK);
        assertThat(heard).containsExactly("elected 7");
    }

    @Test
    @DisplayName("A candidacy whose answer was lost is won if the store has it, in this session")
    void lostAnswer() {
        campaign();
        store.answer(new StoreAnswer.Unknown(), RANK);
        assertThat(election.phase()).isEqualTo(ElectionPhase.UNCERTAIN);

        election.tick(0, RANK + POLL);
        assertThat(store.next())
                .isEqualTo(new StoreRequest.Read(List.of(StorePath.LEADER, StorePath.LEADER_EPOCH), true));
        store.answer(
                records(StorePath.LEADER, leader(NODE, RANDOM, 5), StorePath.LEADER_EPOCH, epoch(7, NODE, RANDOM, 6)),
                RANK + POLL);

        assertThat(heard).containsExactly("elected 7");
    }

    @Test
    @DisplayName("A candidacy whose answer was lost is not won if somebody else leads")
    void lostToAnother() {
        campaign();
        store.answer(new StoreAnswer.Unknown(), RANK);
        election.tick(0, RANK + POLL);
        store.answer(
                records(StorePath.LEADER, leader(OTHER, 1, 8), StorePath.LEADER_EPOCH, epoch(7, OTHER, 1, 6)),
                RANK + POLL);

        assertThat(election.phase()).isEqualTo(ElectionPhase.FOLLOWING);
        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName("A leader's record that this session has left behind is taken back: with it nobody could lead")
    void leftBehind() {
        election.sessionBegun(store, 0);
        election.tick(0, 0);
        store.answer(records(StorePath.LEADER, leader(NODE, 1, 5)), 0);
        election.tick(0, POLL);
        store.answer(records(StorePath.LEADER, leader(NODE, 1, 5)), POLL);

        assertThat(store.next()).isEqualTo(new StoreRequest.Commit(new StoreOp.Delete(StorePath.LEADER, 0)));
    }

    @Test
    @DisplayName("What a peer says of a later leader is looked up at once, and as new as the store has it; once")
    void heardOfALaterLeader() {
        List<StorePath> both = List.of(StorePath.LEADER, StorePath.LEADER_EPOCH);
        StoreAnswer stale =
                records(StorePath.LEADER, leader(OTHER, 1, 8), StorePath.LEADER_EPOCH, epoch(7, OTHER, 1, 6));
        election.sessionBegun(store, 0);
        election.tick(0, 0);
        store.answer(stale, 0);

        election.heard(7, 1);
        election.tick(0, 1);
        assertThat(store.isIdle()).as("nothing new").isTrue();
        election.heard(8, 2);
        election.tick(0, 2);
        assertThat(store.next()).isEqualTo(new StoreRequest.Read(both, true));
        store.answer(stale, 2);
        election.heard(8, 3);
        election.tick(0, 3);
        assertThat(store.isIdle()).as("who says what is not so costs one look").isTrue();
        election.tick(0, 2 + POLL);
        assertThat(store.next()).isEqualTo(new StoreRequest.Read(both, false));
    }

    @Test
    @DisplayName("Whoever was faster leads")
    void tooLate() {
        campaign();
        store.answer(new StoreAnswer.Rejected(0, Reason.RECORD_EXISTS), RANK);

        assertThat(election.phase()).isEqualTo(ElectionPhase.FOLLOWING);
    }

    @Test
    @DisplayName("A leader is deposed by the end of its session, by its absence in the store, and by a refused write")
    void deposed() {
        campaign();
        store.answer(new StoreAnswer.Committed(), RANK);
        election.sessionEnded();
        assertThat(heard).containsExactly("elected 7", "deposed: its session with the store has ended");

        campaign();
        store.answer(new StoreAnswer.Committed(), RANK);
        election.tick(0, 3 * POLL);
        store.answer(records(StorePath.LEADER, leader(OTHER, 1, 8)), 3 * POLL);
        assertThat(heard).endsWith("elected 7", "deposed: the store has another leader, or none");

        election.refused(new LeaderTerm(7, 6));
        assertThat(heard).hasSize(4);
    }

    @Test
    @DisplayName("Who may not lead does not try, and who abstains tries later")
    void notEligible() {
        election.resign(2 * POLL);
        election.sessionBegun(store, 0);
        for (long at = 0; at <= 4 * POLL; at += RANK / 2) {
            election.tick(at < 2 * POLL ? 0 : -1, at);
            while (!store.isIdle()) {
                assertThat(store.next()).isInstanceOf(StoreRequest.Read.class);
                store.answer(records(), at);
            }
        }
        assertThat(election.phase()).isEqualTo(ElectionPhase.FOLLOWING);
    }
}
