package dev.maintainer.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProtocolUpgradeTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final NodeId A = new NodeId("a.1");
    private static final NodeId B = new NodeId("b.1");

    private final ProtocolUpgrade upgrade = new ProtocolUpgrade(Duration.ofMinutes(15));
    private final List<FinalizeOutcome> told = new ArrayList<>();

    /** Two members, each of which speaks everything from 1 up to something. */
    private static ProtocolSupport members(int active, int a, int b) {
        SortedMap<NodeId, NodeAttributes> members = new TreeMap<>();
        members.put(A, new NodeAttributes("a:1", 1, a, Collections.emptySortedMap()));
        members.put(B, new NodeAttributes("b:1", 1, b, Collections.emptySortedMap()));
        return ProtocolSupport.of(active, new Roster(1, members));
    }

    @Test
    @DisplayName("The protocol rises when every member has spoken a newer one for the whole time")
    void byItself() {
        assertThat(upgrade.next(members(1, 2, 2), 0)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 2, 2), 15 * MINUTE - 1)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 2, 2), 15 * MINUTE)).isEqualTo(2);
    }

    @Test
    @DisplayName("An old node that joins meanwhile stops it, and when that is gone, the time begins anew")
    void oldOneJoins() {
        upgrade.next(members(1, 2, 2), 0);

        assertThat(upgrade.next(members(1, 2, 1), 14 * MINUTE)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 2, 1), 99 * MINUTE)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 2, 2), 100 * MINUTE)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 2, 2), 114 * MINUTE)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 2, 2), 115 * MINUTE)).isEqualTo(2);
    }

    @Test
    @DisplayName("A protocol that not all have spoken for so long does not rise with one that they have")
    void anotherOne() {
        upgrade.next(members(1, 2, 3), 0);

        assertThat(upgrade.next(members(1, 3, 3), 15 * MINUTE)).isEqualTo(1);
        assertThat(upgrade.next(members(1, 3, 3), 30 * MINUTE)).isEqualTo(3);
    }

    @Test
    @DisplayName("Whoever asks need not wait, and is told when it is durable")
    void asked() {
        upgrade.ask(told::add);

        assertThat(upgrade.next(members(1, 2, 2), 0)).isEqualTo(2);
        assertThat(told).isEmpty();
        upgrade.raised(2);
        assertThat(told).containsExactly(new FinalizeOutcome.Active(2));
        assertThat(upgrade.next(members(2, 2, 2), 0)).isEqualTo(2);
        assertThat(told).as("told once").hasSize(1);
    }

    @Test
    @DisplayName("Whoever asks while a member is too old is told which one, and nothing happens when it is gone")
    void askedTooEarly() {
        upgrade.ask(told::add);

        assertThat(upgrade.next(members(1, 2, 1), 0)).isEqualTo(1);
        assertThat(told)
                .containsExactly(new FinalizeOutcome.TooOld(new ProtocolSupport(1, 1, new TreeMap<>(Map.of(B, 1)))));
        assertThat(upgrade.next(members(1, 2, 2), MINUTE)).isEqualTo(1);
    }

    @Test
    @DisplayName("Whoever asks where there is nothing newer is told so, and at the end of a term that it is over")
    void nothingNewer() {
        upgrade.ask(told::add);
        assertThat(upgrade.next(members(2, 2, 2), 0)).isEqualTo(2);
        upgrade.ask(told::add);
        upgrade.end();

        assertThat(told).containsExactly(new FinalizeOutcome.Active(2), new FinalizeOutcome.NotLeading());
    }

    @Test
    @DisplayName("Where it is switched off, it rises only when somebody asks")
    void switchedOff() {
        ProtocolUpgrade manual = new ProtocolUpgrade(null);
        manual.next(members(1, 2, 2), 0);

        assertThat(manual.next(members(1, 2, 2), 10_000 * MINUTE)).isEqualTo(1);
        manual.ask(told::add);
        assertThat(manual.next(members(1, 2, 2), 10_000 * MINUTE)).isEqualTo(2);
    }

    @Test
    @DisplayName("It never falls: members that are older than the active one change nothing")
    void neverFalls() {
        assertThat(upgrade.next(members(2, 1, 1), 0)).isEqualTo(2);
        assertThat(upgrade.next(ProtocolSupport.of(2, Roster.EMPTY), 0)).isEqualTo(2);
    }
}
