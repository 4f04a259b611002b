package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the planner contract. {@link SchedulerContract} has one test for each; use this list to run them in
 * another way. The numbers are stable: a rule that is dropped leaves a hole.
 */
public enum Rule {
    /** See the title; {@code docs/spi-rules.md} says why. */
    R1(
            "R1: the provider is registered, built for a known level, and declares the keys that it reads",
            null,
            ProviderRules::provider),
    /** See the title. */
    R2("R2: every decision is about a span that can be decided on, once", null, PlanRules::spans),
    /** See the title. */
    R3("R3: every target may get spans", null, PlanRules::targets),
    /** See the title. */
    R4("R4: every plan keeps its budget", null, PlanRules::budgets),
    /** See the title. */
    R5("R5: the same question twice gives equal plans", null, PurityRules::repeatable),
    /** See the title. */
    R6("R6: a new instance plans as one with a history does", null, PurityRules::withoutMemory),
    /** See the title. */
    R7("R7: a process with other identity hashes makes equal plans", null, PurityRules::inAnotherProcess),
    /** See the title. */
    R8("R8: no nodes, one node, no spans or no budget break nothing", null, ExtremeRules::nothingThere),
    /** See the title. */
    R9("R9: a plan for a million spans reads only a few of them", null, ExtremeRules::readsFew),
    /** See the title. */
    R10("R10: a plan for a million spans on a thousand nodes comes back", null, ExtremeRules::millisToPlan),
    /** See the title. */
    R11("R11: every absent span gets placed", null, SettlingRules::placesAll),
    /** See the title. */
    R12("R12: a hundred clusters settle", null, SettlingRules::settles),
    /** See the title. */
    R13(
            "R13: a whole plan leaves nothing to plan, while it is under way and when it has ended",
            null,
            SettlingRules::fixpoint),
    /** See the title. */
    R14("R14: who does not claim to move spans moves none", null, SettlingRules::claims),
    /** See the title. */
    R15("R15: settled loads are even", Trait.BALANCES, MovingRules::even),
    /** See the title. */
    R16("R16: a joining node gets its share and nothing else moves", Trait.BALANCES, MovingRules::join),
    /** See the title. */
    R17("R17: when a node leaves, only its spans change place", Trait.BALANCES, MovingRules::leave),
    /** See the title. */
    R18("R18: a smaller budget costs rounds and no extra moves", Trait.BALANCES, MovingRules::budgetIndependence),
    /** See the title. */
    R19("R19: a draining node gets empty and nothing else moves", Trait.DRAINS, MovingRules::drain),
    /** See the title. */
    R20("R20: decisions that are refused again and again do not stop the others", null, SettlingRules::refusals),
    /** See the title. */
    R21("R21: who does not claim to split and merge does neither", null, WorkRules::claims),
    /** See the title. */
    R22("R22: a table that is too much work gets parts on several nodes", Trait.SPLITS, WorkRules::splits),
    /** See the title. */
    R23("R23: parts that are little work become one table again", Trait.SPLITS, WorkRules::merges),
    /** See the title. */
    R24("R24: with constant work there is quiet", Trait.SPLITS, WorkRules::quiet),
    /** See the title. */
    R25("R25: work that nobody knows splits and merges nothing", Trait.SPLITS, WorkRules::unknown),
    /** See the title. */
    R26("R26: the parts of a table are in several zones", Trait.SPLITS, WorkRules::zones),
    /** See the title. Only planners of level 3 or higher can hear of it. */
    R27("R27: while the host wants calm, only draining nodes give", Trait.BALANCES, 3, MovingRules::calm),
    /** See the title. */
    R28("R28: settled loads follow the weights of the nodes", Trait.WEIGHS, MovingRules::weights),
    /** See the title. */
    R29("R29: who does not claim to restore constraints declares no move so", null, ConstraintRules::claims),
    /** See the title. */
    R30(
            "R30: constraints are restored while the host wants calm",
            Trait.RESTORES_CONSTRAINTS,
            4,
            ConstraintRules::restoresInCalm),
    /** See the title. */
    R31(
            "R31: a span that was moved to restore a constraint stays",
            Trait.RESTORES_CONSTRAINTS,
            4,
            ConstraintRules::restoredSpansStay),
    /** See the title. Only planners of level 4 or higher see names. */
    R32("R32: names of any kind break nothing", null, 4, NameRules::anyNames);

    private final String title;
    private final @Nullable Trait trait;
    private final int since;

    @SuppressWarnings("ImmutableEnumChecker") // All are references to static methods.
    private final Consumer<SchedulerContract> check;

    Rule(String title, @Nullable Trait trait, Consumer<SchedulerContract> check) {
        this(title, trait, 1, check);
    }

    Rule(String title, @Nullable Trait trait, int since, Consumer<SchedulerContract> check) {
        this.title = title;
        this.trait = trait;
        this.since = since;
        this.check = check;
    }

    /** {@return the rule in one line, with its number} */
    public String title() {
        return title;
    }

    /** {@return the trait whose claim brings this rule; null if every planner must keep it} */
    public @Nullable Trait trait() {
        return trait;
    }

    /**
     * Whether a planner with the claims of its descriptor must keep this rule.
     *
     * @param contract the planner to ask for
     * @return false if it does not claim the rule's trait, or was built for a level before the rule's
     */
    public boolean isAskedOf(SchedulerContract contract) {
        boolean claimed = trait == null || Planners.traits(contract).contains(trait);
        return claimed && Planners.level(contract).compareTo(SpiLevel.of(since)) >= 0;
    }

    /** Of whom it is asked, for people. */
    String asked() {
        String claim = trait == null ? "" : " that claim " + trait;
        return "asked only of planners" + claim + (since > 1 ? ", of level " + since + " or higher" : "");
    }

    /**
     * Checks the rule, also if it is not asked of this planner.
     *
     * @param contract the planner to test
     * @throws AssertionError if the planner breaks it, with the seed of the cluster where it did
     */
    public void check(SchedulerContract contract) {
        check.accept(contract);
    }
}
