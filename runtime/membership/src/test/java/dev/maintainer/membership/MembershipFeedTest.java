package dev.maintainer.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.LeaderElection.Candidate;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MembershipFeedTest {
    private final List<String> heard = new ArrayList<>();
    private final MembershipFeed feed = new MembershipFeed();
    private final Candidate candidate = new Candidate() {
        @Override
        public void elected(long leaderEpoch) {
            heard.add("leads " + leaderEpoch);
        }

        @Override
        public void deposed() {
            heard.add("deposed");
        }
    };

    private static Roster roster(long version, String... nodes) {
        TreeMap<NodeId, NodeAttributes> members = new TreeMap<>();
        for (String node : nodes) {
            members.put(new NodeId(node), new NodeAttributes(node + ":1", 1, 1, Collections.emptySortedMap()));
        }
        return new Roster(version, members);
    }

    private void subscribe(String name) {
        feed.subscribe(name, members -> heard.add(name + " " + members.version() + " " + members.alive()));
    }

    @Test
    @DisplayName("Whoever subscribes hears of the present roster, and then of each newer one once")
    void rosters() {
        feed.roster(roster(3, "n1"));
        subscribe("host");

        assertThat(feed.roster(roster(4, "n1", "n2"))).isTrue();
        // The protocol has risen, and nobody has come or gone.
        assertThat(feed.roster(roster(4, "n1", "n2"))).isFalse();

        assertThat(heard).containsExactly("host 3 [n1]", "host 4 [n1, n2]");
    }

    @Test
    @DisplayName("Whoever has unsubscribed hears of nothing, also if it does so when it hears of a roster")
    void unsubscribed() {
        feed.subscribe("once", members -> {
            heard.add("once " + members.version());
            feed.unsubscribe("once");
        });
        subscribe("host");
        feed.unsubscribe("once");

        feed.roster(roster(4, "n1"));

        assertThat(heard).containsExactly("once 0", "host 0 []", "host 4 [n1]");
    }

    @Test
    @DisplayName("A process that leads before it has a candidate leads when the candidate comes")
    void leadsAlready() {
        feed.elected(new LeaderTerm(1, 0));
        feed.campaign(candidate);
        feed.deposed();
        feed.elected(new LeaderTerm(5, 4));

        assertThat(heard).containsExactly("leads 1", "deposed", "leads 5");
    }

    @Test
    @DisplayName("A candidate that comes after the term is over does not lead")
    void ledBefore() {
        feed.elected(new LeaderTerm(1, 0));
        feed.deposed();
        feed.campaign(candidate);

        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName("There is one candidate in a process")
    void oneCandidate() {
        feed.campaign(candidate);

        assertThatThrownBy(() -> feed.campaign(candidate)).isInstanceOf(IllegalStateException.class);
    }
}
