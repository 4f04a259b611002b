package dev.maintainer.simulator.world;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.Inconsistency;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The host of a node, and what must hold whenever it has taken an input. */
final class CheckedHost {
    private static final int FIRST_OF_OPERATORS = 15;
    private static final int LAST_OF_OPERATORS = 31;

    private final NodeId id;
    private final SimulatedCluster cluster;
    private final NodeProcess process;
    private final MaintainerHost host;
    private final ConditionCheck conditions;
    private final LimitCheck limits;

    CheckedHost(
            NodeId id,
            SimulatedCluster cluster,
            NodeProcess process,
            MaintainerHost host,
            ConditionCheck conditions,
            LimitCheck limits) {
        this.id = id;
        this.cluster = cluster;
        this.process = process;
        this.host = host;
        this.conditions = conditions;
        this.limits = limits;
    }

    /** Lets the host take an input to its end. */
    Disposition handle(HostInput input) {
        DrainTarget before = host.drain();
        Disposition disposition = checked(input);
        if (before.isNewerThan(host.drain())) {
            throw new Violation(
                    Invariant.DRAINED_IS_EMPTY,
                    "node " + id + " knew of " + before + ", and now follows " + host.drain());
        }
        return disposition;
    }

    private Disposition checked(HostInput input) {
        if (input instanceof HostInput.PlanReturned returned) {
            PlanRequest request = conditions.answered(returned.changefeed(), returned.epoch(), returned.answer());
            Disposition disposition = within(List.of(returned.changefeed()), input);
            if (request != null) {
                host.inspect(request.changefeed())
                        .map(MaintainerInspector::view)
                        .filter(view -> view.epoch().equals(request.epoch()))
                        .ifPresent(view -> conditions.taken(request, returned.answer(), view));
            }
            return disposition;
        }
        if (input instanceof HostInput.RefusalDecided decided) {
            return decided(decided);
        }
        if (input instanceof HostInput.SchedulerCommanded commanded) {
            return within(List.of(commanded.changefeed()), input);
        }
        return input instanceof HostInput.Tick
                ? within(host.changefeeds(), input)
                : host.handle(input, process.millis());
    }

    private Disposition decided(HostInput.RefusalDecided decided) {
        Optional<BlockEvent> event = barriers(decided.changefeed()).stream()
                .map(OpenBarrier::event)
                .filter(each -> each.key().equals(decided.event()))
                .findFirst();
        Disposition disposition = host.handle(decided, process.millis());
        if (disposition == Disposition.APPLIED && decided.decision() == RefusalDecision.SKIP) {
            event.ifPresent(cluster.changefeed(decided.changefeed()).sink().events()::skip);
        }
        return disposition;
    }

    /** Lets the host handle an input that may begin operators of these pipelines. */
    private Disposition within(List<ChangefeedId> pipelines, HostInput input) {
        NodeId drained = host.drain().node();
        if (drained == null && !limits.areSmall()) {
            return host.handle(input, process.millis());
        }
        List<Set<DispatcherId>> before = pipelines.stream()
                .map(each -> LimitCheck.before(operators(each)))
                .toList();
        Disposition disposition = host.handle(input, process.millis());
        for (int i = 0; i < before.size(); i++) {
            ChangefeedId pipeline = pipelines.get(i);
            limits.planned(
                    before.get(i),
                    operators(pipeline),
                    drained,
                    () -> host.inspect(pipeline)
                            .map(maintainer -> maintainer.view().spans())
                            .orElse(0));
        }
        return disposition;
    }

    /** The operators of a pipeline. */
    List<OperatorView> operators(ChangefeedId pipeline) {
        return host.inspect(pipeline)
                .map(maintainer -> maintainer.operators(process.millis()))
                .orElse(List.of());
    }

    /** The block events of a pipeline that are not over. */
    List<OpenBarrier> barriers(ChangefeedId pipeline) {
        return host.inspect(pipeline)
                .map(maintainer -> maintainer.barriers(3, process.millis()))
                .orElse(List.of());
    }

    /** Its books agree with each other. */
    void audit() {
        for (Inconsistency found : host.audit()) {
            Invariant invariant = switch (found.invariant().substring(0, 1)) {
                case "N" -> Invariant.DISPOSITIONS_ADD_UP;
                case "I" ->
                    isOfOperators(found.invariant()) ? Invariant.OPERATORS_CONSISTENT : Invariant.REGISTRY_CONSISTENT;
                default -> Invariant.REGISTRY_CONSISTENT;
            };
            throw new Violation(invariant, "host " + id + ": " + found);
        }
    }

    private static boolean isOfOperators(String invariant) {
        int number = Integer.parseInt(invariant.replaceAll("[^0-9]", ""));
        return number >= FIRST_OF_OPERATORS && number <= LAST_OF_OPERATORS;
    }
}
