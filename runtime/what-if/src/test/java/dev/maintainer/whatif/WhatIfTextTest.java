package dev.maintainer.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.whatif.testing.Snapshots;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WhatIfTextTest {
    @Test
    @DisplayName("two schedulers, side by side")
    void compared() {
        ClusterSnapshot picture = Snapshots.even(3, 400);
        List<String> events = List.of("node-join=n4", "node-drain=n1");
        String text = WhatIfText.of(
                "now.json",
                picture,
                events,
                List.of(
                        Snapshots.settle(picture, "balance", Snapshots.BUILT_IN, events.toArray(String[]::new)),
                        Snapshots.settle(picture, "basic", Snapshots.BUILT_IN, events.toArray(String[]::new))));

        assertThat(text).isEqualTo("""
                now.json: 1,200 spans of changefeed orders on 3 nodes, round 42
                  budget of a round: 1,000 decisions, of them 100 moves, 500 towards a node
                  then node-join=n4, node-drain=n1

                                      balance                             basic
                settles               in 40 rounds                        in 40 rounds
                placed                0                                   0
                moved                 400                                 400
                of them by the core   0                                   400, as the scheduler did not
                left unplaced         0                                   0
                spread, most - least  0 -> 400 -> 0                       0 -> 400 -> 0
                variation             0.0000 -> 0.7071 -> 0.0000          0.0000 -> 0.7071 -> 0.0000
                planner per round     1.0 ms, at most 1.0 ms              1.0 ms, at most 1.0 ms

                spans per node            snapshot      events                balance                   basic
                n1                            400         400*                      0*                      0*
                n2                            400         400                     400                     400
                n3                            400         400                     400                     400
                n4                              -           0                     400                     400
                * may get no spans

                balance: moves per round 10 10 10 10 10 10 10 10 10 10 ... 10
                  its last plan says BALANCED: no node of 4 has more than its share

                basic: moves per round 10 10 10 10 10 10 10 10 10 10 ... 10
                  its last plan says NOTHING_ABSENT: 0 spans absent
                """);
    }

    @Test
    @DisplayName("one that does not settle")
    void circle() {
        ClusterSnapshot picture = Snapshots.even(2, 5);
        String text = WhatIfText.of(
                "now.json", picture, List.of(), List.of(Snapshots.settle(picture, WhatIfTest.BACK_AND_FORTH)));

        assertThat(text).isEqualTo("""
                now.json: 10 spans of changefeed orders on 2 nodes, round 42
                  budget of a round: 1,000 decisions, of them 100 moves, 500 towards a node

                                      own
                settles               NO, after 2 rounds
                placed                0
                moved                 2
                left unplaced         0
                spread, most - least  0 -> 0
                variation             0.0000 -> 0.0000
                planner per round     1.0 ms, at most 1.0 ms

                spans per node            snapshot      events                    own
                n1                              5           5                       5
                n2                              5           5                       5

                own: does NOT settle: after round 2 every span is where it was after round 0: it goes in a circle of
                  2 rounds and 2 moves
                    move 00000000000000010000000000000001 from n2 to n1 (WHY: because)
                  What to do: repair the scheduler or its settings: it should decide nothing where it would have to
                    take it back.
                  moves per round 1 1
                  its last plan says WHY: because
                """);
    }

    @Test
    @DisplayName("no line is longer than a hundred characters, and nothing in it commands a terminal")
    void hundred() {
        ClusterSnapshot picture = Snapshots.any(3);
        WhatIf cluster = new WhatIf(picture);
        cluster.happens(new WhatIfEvent.NodeJoins(new NodeId("\u001b[31m" + "x".repeat(300)), new TreeMap<>()));
        String words = "word ".repeat(50) + "w".repeat(250) + " \u001b]0;title\u0007";
        WhatIfResult result = cluster.settle(
                "s".repeat(90),
                name -> (s, b) -> Plan.keep(new Reason("A", words)),
                5,
                Snapshots.milliseconds(),
                PlanningDeadline.NONE);
        List<String> events = List.of("node-join=" + "y".repeat(200));

        String text = WhatIfText.of("f".repeat(200), picture, events, List.of(result, result));

        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
        assertThat(text).doesNotContain("\u001b", "\u0007").contains("spread of table-");
    }
}
