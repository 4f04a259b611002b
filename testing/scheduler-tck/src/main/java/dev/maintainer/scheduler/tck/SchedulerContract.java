package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * The planner contract as tests. The test of a plug-in implements it and says which provider to test:
 *
 * <pre>{@code
 * class OurSchedulerTest implements SchedulerContract {
 *     @Override
 *     public SchedulerProvider provider() {
 *         return new OurSchedulerProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>Rules that belong to a trait that the provider's descriptor does not claim are shown as skipped. The number of the rule is in the
 * name of the method too, as many reports show no other name. All clusters come from fixed seeds. The kit makes a new
 * planner for every cluster, and asks it at most once per round except where it tests that.
 */
public interface SchedulerContract {
    /**
     * {@return the provider to test} Its class must have a public constructor without arguments, as ServiceLoader
     * needs.
     */
    SchedulerProvider provider();

    /**
     * The configuration to test with, without the prefix {@code scheduler.<name>.}; empty unless overridden. Leave
     * limits on the size of a plan out: R13 asks for whole plans. Of a planner that restores constraints it must have some
     * for R30 and R31, whose clusters have the nodes {@code kit-a}, {@code kit-b} and {@code kit-c} and the tables
     * {@code t1} to {@code t12} of the schema {@code kit}; the other clusters have no such names. If a pattern of keys is
     * declared, it must have a key of that pattern for R1.
     *
     * @return by key; empty unless overridden
     */
    default SortedMap<String, String> configuration() {
        return new TreeMap<>();
    }

    /**
     * R15: how far the loads of two eligible nodes may be apart when all is settled, in spans.
     *
     * @return in spans; 1 unless overridden
     */
    default int skewBound() {
        return 1;
    }

    /**
     * R11, R12, R15 to R20: within how many rounds a cluster must settle.
     *
     * @return a number of rounds; 200 unless overridden
     */
    default int settleRounds() {
        return 200;
    }

    /**
     * R16 to R19: how many moves beyond the least a change may cost. Raise it only with a reason.
     *
     * @return a number of moves; 0 unless overridden
     */
    default int extraMoves() {
        return 0;
    }

    /**
     * R9: how many of a million spans one plan of at most 100 decisions may read.
     *
     * @return a number of spans; 10,000 unless overridden
     */
    default int readLimit() {
        return 10_000;
    }

    /**
     * R21 to R26: more bytes per second than this are too much for a span, as the planner is configured here.
     *
     * @return in bytes per second; 1,000,000 unless overridden
     */
    default double hotBytesPerSecond() {
        return 1_000_000;
    }

    /**
     * R10: how long one plan may take. Generous, as it is there to find plans that never come back.
     *
     * @return 30 seconds unless overridden
     */
    default Duration timeLimit() {
        return Duration.ofSeconds(30);
    }

    /** Runs {@link Rule#R1}. */
    @Test
    @DisplayName("R1: the provider is registered, built for a known level, and declares the keys that it reads")
    default void r1ProviderIsRegistered() {
        ask(Rule.R1);
    }

    /** Runs {@link Rule#R2}. */
    @Test
    @DisplayName("R2: every decision is about a span that can be decided on, once")
    default void r2DecisionsAreValid() {
        ask(Rule.R2);
    }

    /** Runs {@link Rule#R3}. */
    @Test
    @DisplayName("R3: every target may get spans")
    default void r3TargetsAreEligible() {
        ask(Rule.R3);
    }

    /** Runs {@link Rule#R4}. */
    @Test
    @DisplayName("R4: every plan keeps its budget")
    default void r4BudgetsAreKept() {
        ask(Rule.R4);
    }

    /** Runs {@link Rule#R5}. */
    @Test
    @DisplayName("R5: the same question twice gives equal plans")
    default void r5PlansAreRepeatable() {
        ask(Rule.R5);
    }

    /** Runs {@link Rule#R6}. */
    @Test
    @DisplayName("R6: a new instance plans as one with a history does")
    default void r6PlansHaveNoMemory() {
        ask(Rule.R6);
    }

    /** Runs {@link Rule#R7}. */
    @Test
    @DisplayName("R7: a process with other identity hashes makes equal plans")
    default void r7PlansAreTheSameInAnotherProcess() {
        ask(Rule.R7);
    }

    /** Runs {@link Rule#R8}. */
    @Test
    @DisplayName("R8: no nodes, one node, no spans or no budget break nothing")
    default void r8NothingThereBreaksNothing() {
        ask(Rule.R8);
    }

    /** Runs {@link Rule#R9}. */
    @Test
    @DisplayName("R9: a plan for a million spans reads only a few of them")
    default void r9ReadsFewSpans() {
        ask(Rule.R9);
    }

    /**
     * Runs {@link Rule#R10} and reports the time.
     *
     * @param reporter takes the longest time that a plan took, in milliseconds
     */
    @Test
    @DisplayName("R10: a plan for a million spans on a thousand nodes comes back")
    default void r10PlansComeBack(TestReporter reporter) {
        reporter.publishEntry("milliseconds", Long.toString(ExtremeRules.millisToPlan(this)));
    }

    /** Runs {@link Rule#R11}. */
    @Test
    @DisplayName("R11: every absent span gets placed")
    default void r11AllAbsentSpansGetPlaced() {
        ask(Rule.R11);
    }

    /** Runs {@link Rule#R12}. */
    @Test
    @DisplayName("R12: a hundred clusters settle")
    default void r12ClustersSettle() {
        ask(Rule.R12);
    }

    /** Runs {@link Rule#R13}. */
    @Test
    @DisplayName("R13: a whole plan leaves nothing to plan, while it is under way and when it has ended")
    default void r13WholePlansAreFixpoints() {
        ask(Rule.R13);
    }

    /** Runs {@link Rule#R14}. */
    @Test
    @DisplayName("R14: who does not claim to move spans moves none")
    default void r14UnclaimedMovesDoNotHappen() {
        ask(Rule.R14);
    }

    /** Runs {@link Rule#R15}. */
    @Test
    @DisplayName("R15: settled loads are even")
    default void r15LoadsAreEven() {
        ask(Rule.R15);
    }

    /** Runs {@link Rule#R16}. */
    @Test
    @DisplayName("R16: a joining node gets its share and nothing else moves")
    default void r16JoinMovesLittle() {
        ask(Rule.R16);
    }

    /** Runs {@link Rule#R17}. */
    @Test
    @DisplayName("R17: when a node leaves, only its spans change place")
    default void r17LeaveMovesLittle() {
        ask(Rule.R17);
    }

    /** Runs {@link Rule#R18}. */
    @Test
    @DisplayName("R18: a smaller budget costs rounds and no extra moves")
    default void r18MovesDoNotDependOnTheBudget() {
        ask(Rule.R18);
    }

    /** Runs {@link Rule#R19}. */
    @Test
    @DisplayName("R19: a draining node gets empty and nothing else moves")
    default void r19DrainingNodesGetEmpty() {
        ask(Rule.R19);
    }

    /** Runs {@link Rule#R20}. */
    @Test
    @DisplayName("R20: decisions that are refused again and again do not stop the others")
    default void r20RefusalsStopNobodyElse() {
        ask(Rule.R20);
    }

    /** Runs {@link Rule#R21}. */
    @Test
    @DisplayName("R21: who does not claim to split and merge does neither")
    default void r21UnclaimedSplitsDoNotHappen() {
        ask(Rule.R21);
    }

    /** Runs {@link Rule#R22}. */
    @Test
    @DisplayName("R22: a table that is too much work gets parts on several nodes")
    default void r22BusyTablesAreSplit() {
        ask(Rule.R22);
    }

    /** Runs {@link Rule#R23}. */
    @Test
    @DisplayName("R23: parts that are little work become one table again")
    default void r23IdlePartsAreMerged() {
        ask(Rule.R23);
    }

    /** Runs {@link Rule#R24}. */
    @Test
    @DisplayName("R24: with constant work there is quiet")
    default void r24ConstantWorkIsQuiet() {
        ask(Rule.R24);
    }

    /** Runs {@link Rule#R25}. */
    @Test
    @DisplayName("R25: work that nobody knows splits and merges nothing")
    default void r25UnknownWorkDoesNothing() {
        ask(Rule.R25);
    }

    /** Runs {@link Rule#R26}. */
    @Test
    @DisplayName("R26: the parts of a table are in several zones")
    default void r26PartsAreInSeveralZones() {
        ask(Rule.R26);
    }

    /** Runs {@link Rule#R27}. */
    @Test
    @DisplayName("R27: while the host wants calm, only draining nodes give")
    default void r27CalmIsKept() {
        ask(Rule.R27);
    }

    /** Runs {@link Rule#R28}. */
    @Test
    @DisplayName("R28: settled loads follow the weights of the nodes")
    default void r28LoadsFollowWeights() {
        ask(Rule.R28);
    }

    /** Runs {@link Rule#R29}. */
    @Test
    @DisplayName("R29: who does not claim to restore constraints declares no move so")
    default void r29UnclaimedConstraintsAreNotDeclared() {
        ask(Rule.R29);
    }

    /** Runs {@link Rule#R30}. */
    @Test
    @DisplayName("R30: constraints are restored while the host wants calm")
    default void r30ConstraintsAreRestoredInCalm() {
        ask(Rule.R30);
    }

    /** Runs {@link Rule#R31}. */
    @Test
    @DisplayName("R31: a span that was moved to restore a constraint stays")
    default void r31RestoredSpansStay() {
        ask(Rule.R31);
    }

    /** Runs {@link Rule#R32}. */
    @Test
    @DisplayName("R32: names of any kind break nothing")
    default void r32AnyNameIsFine() {
        ask(Rule.R32);
    }

    private void ask(Rule rule) {
        Assumptions.assumeTrue(rule.isAskedOf(this), rule::asked);
        rule.check(this);
    }
}
