package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.RegistrationPhase;
import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.Statistics;
import dev.maintainer.simulator.incident.FaultKind;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import dev.maintainer.simulator.timeline.WorldCourse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One world of processes around a store: a while of faults, then peace, then a look at what is left. */
public final class MembershipWorld {
    private static final long CALM_AT_LATEST = 60_000;
    private static final long REST = 5_000;
    private static final long LOOK = 500;
    private static final int MOST_PROCESSES = 8;
    private static final int FEWEST_PROCESSES = 2;

    private final SimulationSpec spec;
    private final Timeline timeline;
    private final WorldCourse course;
    private final LeaseTimings timings;
    private final Releases releases;
    private final MembershipTruth truth;
    private final ModelStore store;
    private final StoreIncidents incidents;
    private final List<MemberProcess> processes = new ArrayList<>();
    private final Map<IncidentKind, Long> counts = new EnumMap<>(IncidentKind.class);
    private boolean peaceful;
    private long calmUntil;
    private long settledAfter;

    /**
     * A world at its beginning.
     *
     * @param telling whether it remembers its story, which costs time
     */
    public MembershipWorld(SimulationSpec spec, boolean telling) {
        this.spec = spec;
        this.timeline = new Timeline(spec.seed(), telling);
        this.course = new WorldCourse(timeline);
        this.timings = LeaseTimings.DEMO;
        this.releases = new Releases(timeline);
        this.truth = new MembershipTruth(timeline);
        this.store = new ModelStore(timeline, truth);
        this.incidents = new StoreIncidents(timeline, truth);
        for (int i = 0; i < spec.nodes(); i++) {
            start(null, false);
        }
    }

    /** Runs to the end, or to the first violation. */
    public Outcome run() {
        long began = timeline.now();
        Violation violation = course.run(() -> {
            faultyDays();
            peace();
            settledAfter = course.settle(CALM_AT_LATEST, LOOK, REST, this::unsettled);
            rest();
        });
        Statistics statistics = Statistics.ofWorld(timeline.now() - began, truth.rosters(), counts, settledAfter);
        return new Outcome(spec, violation, statistics, timeline.hash(), timeline.story());
    }

    private void faultyDays() {
        long began = timeline.now();
        for (Incident incident : spec.incidents()) {
            timeline.at(began + incident.atMillis(), () -> happen(incident));
        }
        if (spec.faults().probability(FaultKind.STORE_FAILURE) > 0) {
            timeline.in(1_000, this::loseAnAnswer);
        }
        long last = spec.incidents().isEmpty()
                ? 0
                : spec.incidents().get(spec.incidents().size() - 1).atMillis();
        timeline.runUntil(began + Math.max(spec.faultyMillis(), last + 1));
    }

    /** In the background of some worlds. */
    private void loseAnAnswer() {
        if (!peaceful) {
            List<MemberProcess> alive = alive();
            if (!alive.isEmpty() && timeline.now() >= calmUntil) {
                alive.get(timeline.below(alive.size())).link().loseAnswers(200);
            }
            timeline.in(200 + timeline.below(3_000), this::loseAnAnswer);
        }
    }

    private List<MemberProcess> alive() {
        return processes.stream().filter(process -> !process.isDead()).toList();
    }

    private @Nullable MemberProcess leader() {
        return processes.stream().filter(MemberProcess::isLeading).findFirst().orElse(null);
    }

    /**
     * A process begins.
     *
     * @param former the one that ran at the same address; null for a new address
     * @param knowing whether it knows that the former one is dead
     */
    private void start(@Nullable MemberProcess former, boolean knowing) {
        int number = processes.size() + 1;
        MemberProcess process = new MemberProcess(
                timeline,
                truth,
                store,
                timings,
                new NodeId("n" + number),
                releases.attributes(number, former == null ? "host-" + number + ":1" : former.address()),
                former == null || !knowing ? null : former.id(),
                begun -> new MetadataWriter(timeline, truth, begun));
        processes.add(process);
        truth.add(process);
    }

    private MemberProcess chosen(Incident incident) {
        MemberProcess leader = leader();
        List<MemberProcess> alive = alive();
        return incident.second() % 2 == 1 && leader != null && incident.kind() != IncidentKind.BACK_AND_GONE
                ? leader
                : alive.get(Math.floorMod(incident.first(), alive.size()));
    }

    private void happen(Incident incident) {
        if (alive().isEmpty()) {
            return;
        }
        MemberProcess process = chosen(incident);
        int alive = alive().size();
        int millis = incident.millis();
        counts.merge(incident.kind(), 1L, Long::sum);
        timeline.tell(() -> incident + " happens to " + process.id());
        switch (incident.kind()) {
            case CUT_FROM_STORE, STAND_STILL, SUSPEND_MACHINE, END_SESSION, BACK_AND_GONE, LOSE_ANSWERS ->
                incidents.happen(incident, process, leader());
            case KILL -> {
                if (alive > FEWEST_PROCESSES) {
                    process.die();
                }
            }
            case RESTART -> {
                process.die();
                timeline.in(millis, () -> start(process, millis % 3 != 0));
            }
            case JOIN -> {
                if (alive < MOST_PROCESSES) {
                    start(null, false);
                }
            }
            case EXPEL -> expel(process, 10);
            case LEAVE -> {
                if (alive > FEWEST_PROCESSES) {
                    process.leave();
                }
            }
            case CALM -> calmUntil = timeline.now() + millis;
            case STORE_DOWN -> alive().forEach(each -> each.link().breakFor(millis));
            default -> counts.merge(incident.kind(), -1L, Long::sum);
        }
    }

    /** The leader is asked again, as somebody who expels does. */
    private void expel(MemberProcess process, int times) {
        MemberProcess leader = leader();
        if (leader != null && alive().size() > FEWEST_PROCESSES) {
            leader.expel(process.id());
        }
        if (times > 0 && !process.isDead() && !peaceful) {
            timeline.in(300, () -> expel(process, times - 1));
        }
    }

    private void peace() {
        timeline.tell(() -> "---- peace ----");
        peaceful = true;
        incidents.end();
        alive().forEach(process -> process.link().heal());
        long awake = alive().stream().mapToLong(MemberProcess::stillUntil).max().orElse(0);
        timeline.runUntil(Math.max(timeline.now(), awake + 1));
    }

    /** Somebody has to be there to settle anything. */
    private @Nullable String unsettled() {
        if (alive().isEmpty()) {
            start(null, false);
        }
        return truth.unsettled();
    }

    private void rest() {
        long rosters = truth.rosters();
        course.rest(REST, truth::unsettled);
        if (truth.rosters() != rosters) {
            throw new Violation(Invariant.CONVERGES, "settled, and then the roster has changed");
        }
        alive().forEach(process -> {
            if (process.registration() != RegistrationPhase.MEMBER) {
                throw new Violation(Invariant.CONVERGES, process.id() + " is " + process.registration());
            }
        });
    }
}
