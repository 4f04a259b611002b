package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Rejection;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.scheduler.spi.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The planners' side of one maintainer: it keeps a mirror of the spans, calls planners behind a guard, checks what they
 * return, and cuts it to the budget. Every fault of a planner ends in an answer, except that it never returns or
 * exhausts the memory of the virtual machine.
 *
 * <p>Used by one thread at a time, which is not the maintainer's.
 */
public final class PlanningSession {
    private static final int MOST_VIOLATIONS = 100;
    private static final int MOST_REJECTIONS = 100;

    private final PlannerSource source;
    private final LongSupplier nanos;
    private final SpanStatistics statistics;
    private final SpanMirror mirror = new SpanMirror();
    /** The planners that the last request named. */
    private final TreeMap<String, Scheduler> planners = new TreeMap<>();

    private @Nullable PlanRequest last;
    private @Nullable Plan lastPlan;
    private long lastMicros;

    /**
     * A session that knows nothing yet.
     *
     * @param nanos a clock for the time that planners take; it decides nothing
     */
    public PlanningSession(PlannerSource source, LongSupplier nanos) {
        this(source, SpanStatistics.NONE, nanos);
    }

    /** A session whose planners know how much work spans are. */
    public PlanningSession(PlannerSource source, SpanStatistics statistics, LongSupplier nanos) {
        this.statistics = statistics;
        this.source = source;
        this.nanos = nanos;
    }

    /** Plans once. */
    public PlanAnswer plan(PlanRequest request) {
        last = null;
        lastPlan = null;
        if (!mirror.apply(request.delta())) {
            return new PlanAnswer.Behind(request.round());
        }
        last = request;
        planners.keySet().removeIf(name -> !name.equals(request.scheduler()) && !name.equals(request.shadow()));
        PlanAnswer answer = ask(request, request.scheduler());
        if (answer instanceof PlanAnswer.Planned planned) {
            lastPlan = planned.plan();
            lastMicros = planned.micros();
        }
        return answer;
    }

    /** Compares the last plan with the shadow's; null if there is no plan, or the last request names no shadow. */
    public @Nullable ShadowAnswer shadow() {
        PlanRequest request = last;
        Plan plan = lastPlan;
        if (request == null || plan == null || request.shadow() == null) {
            return null;
        }
        PlanComparison comparison = new PlanComparison(request, plan, lastMicros);
        PlanAnswer answer = ask(request, request.shadow());
        if (answer instanceof PlanAnswer.Planned planned) {
            return comparison.with(planned.plan(), planned.micros());
        }
        if (answer instanceof PlanAnswer.Failed failed) {
            return comparison.withFailure(failed.code() + ": " + failed.message());
        }
        throw new IllegalStateException("a shadow answered " + answer);
    }

    /** Shows every span, by group and in no stated order within it. Costs all spans. */
    public void export(Consumer<SpanView> each) {
        for (SpanMirror.Group group : mirror.groups().values()) {
            group.forEach(entry -> each.accept(entry.view()));
        }
    }

    /** The request that was last taken in; null before the first. */
    public @Nullable PlanRequest lastRequest() {
        return last;
    }

    private PlanAnswer ask(PlanRequest request, @Nullable String name) {
        MirrorSnapshot snapshot = new MirrorSnapshot(mirror, request.changefeed(), request.delta(), statistics);
        long begin = nanos.getAsLong();
        try {
            Scheduler planner = planner(name);
            @Nullable Plan plan = planner.plan(snapshot, request.budget());
            long micros = micros(begin);
            if (Objects.isNull(plan)) {
                return failed(
                        request,
                        ErrorCode.SCHEDULER_FAILED,
                        nameOf(name) + " returned null instead of a plan; it should return Plan.keep",
                        micros);
            }
            return judge(request, name, snapshot, plan, micros);
        } catch (MaintainerException e) {
            return failed(request, codeOf(e), PluginFailure.message(e), micros(begin));
        } catch (LinkageError e) {
            return failed(
                    request,
                    ErrorCode.MISALIGNED_JARS,
                    nameOf(name) + " threw " + PluginFailure.describe(e)
                            + "; it was built against other releases of the jars that it meets here: align them with"
                            + " maintainer-bom",
                    micros(begin));
        } catch (StackOverflowError e) {
            return failed(
                    request,
                    ErrorCode.SCHEDULER_FAILED,
                    nameOf(name) + " threw " + PluginFailure.describe(e),
                    micros(begin));
        } catch (VirtualMachineError e) {
            // Not the planner's alone: whoever runs the session answers, and decides what else to do.
            throw e;
        } catch (Throwable e) {
            // All of them: a plug-in may throw what its signature does not say.
            return failed(
                    request,
                    ErrorCode.SCHEDULER_FAILED,
                    nameOf(name) + " threw " + PluginFailure.describe(e),
                    micros(begin));
        } finally {
            snapshot.expire();
        }
    }

    /**
     * A plan is data that a plug-in made, down to lists whose size it chose: judging it may fail as well. It is read once,
     * and not further than one decision beyond the budget; what is checked is what is used.
     */
    private PlanAnswer judge(
            PlanRequest request, @Nullable String name, MirrorSnapshot snapshot, Plan plan, long micros) {
        int most = request.budget().maxDecisions();
        Plan read = plan.upTo(most == Integer.MAX_VALUE ? most : most + 1, MOST_REJECTIONS);
        Set<Trait> claims = name == null ? Set.of() : source.traits(name);
        List<Violation> violations = PlanCheck.check(snapshot, request.budget(), read, claims);
        int end = read.decisions().size();
        List<Violation> grave = new ArrayList<>();
        for (Violation violation : violations) {
            if (violation.rule().isLimit()) {
                end = Math.min(end, violation.decision());
            } else {
                grave.add(violation);
            }
        }
        if (!grave.isEmpty()) {
            List<Violation> shown = grave.subList(0, Math.min(MOST_VIOLATIONS, grave.size()));
            String message = "the plan of " + nameOf(name) + " has " + grave.size() + " violations, the first: "
                    + shown.subList(0, Math.min(3, shown.size()));
            return new PlanAnswer.Failed(request.round(), ErrorCode.PLAN_REJECTED, message, shown, micros);
        }
        int cut = read.decisions().size() - end;
        Plan used = cut == 0
                ? new Plan(read.decisions(), read.reason(), sound(read.rejected()))
                : Plan.of(List.copyOf(read.decisions().subList(0, end)), read.reason());
        return new PlanAnswer.Planned(request.round(), used, cut, micros);
    }

    /** They decide nothing, so those that say nothing are left out. */
    private static List<Rejection> sound(List<Rejection> rejected) {
        return rejected.stream().filter(PlanningSession::isSound).toList();
    }

    /** Plug-ins need not be null-checked, so what is declared non-null may be null here. */
    private static boolean isSound(Rejection rejection) {
        return !Objects.isNull(rejection)
                && !Objects.isNull(rejection.dispatcher())
                && !Objects.isNull(rejection.reason())
                && !Objects.isNull(rejection.reason().code())
                && !Objects.isNull(rejection.reason().text());
    }

    private Scheduler planner(@Nullable String name) {
        if (name == null) {
            return new AbsentPlacement();
        }
        Scheduler known = planners.get(name);
        if (known == null) {
            known = source.create(name);
            planners.put(name, known);
        }
        return known;
    }

    private static PlanAnswer.Failed failed(PlanRequest request, ErrorCode code, String message, long micros) {
        return new PlanAnswer.Failed(request.round(), code, message, List.of(), micros);
    }

    /** A plug-in may have a class of its own for what it throws. */
    private static ErrorCode codeOf(MaintainerException e) {
        ErrorCode code = e.getClass() == MaintainerException.class ? e.code() : null;
        return code == null ? ErrorCode.SCHEDULER_FAILED : code;
    }

    private long micros(long begin) {
        return (nanos.getAsLong() - begin) / 1_000;
    }

    private static String nameOf(@Nullable String scheduler) {
        return scheduler == null ? "" : scheduler;
    }
}
