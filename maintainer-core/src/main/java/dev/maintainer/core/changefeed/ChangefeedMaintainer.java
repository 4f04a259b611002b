package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.HostInput.PipelineInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The maintainer of a changefeed as the coordinator knows it: that of its pipeline into the sink and, if it keeps a redo
 * log, that of its pipeline into the log, by which the first is held back. Both have one life: they are removed in one
 * step, and what ends one ends the other.
 */
public final class ChangefeedMaintainer {
    private final Maintainer main;
    private final @Nullable Maintainer redo;

    /**
     * Makes a maintainer; it acts from its first membership on.
     *
     * @param self the node that it runs on
     * @param scheduler the name of the scheduler to begin with if nobody has chosen one
     */
    public ChangefeedMaintainer(
            AddMaintainer add, NodeId self, String scheduler, MaintainerConfig config, MaintainerPorts ports) {
        SchedulerChoice choice = new SchedulerChoice(scheduler, add.scheduler());
        this.main = new Maintainer(assignment(add, self, ReplicationMode.DEFAULT), choice, config, ports);
        this.redo =
                add.redo() ? new Maintainer(assignment(add, self, ReplicationMode.REDO), choice, config, ports) : null;
    }

    private static Assignment assignment(AddMaintainer add, NodeId self, ReplicationMode mode) {
        return new Assignment(
                add.changefeed().in(mode),
                add.epoch(),
                self,
                add.checkpointTs(),
                add.manifest().of(mode),
                add.membershipVersion(),
                add.redo() && mode == ReplicationMode.DEFAULT,
                add.configuration());
    }

    /** The maintainers of its pipelines; that of the sink first. */
    public List<Maintainer> pipelines() {
        return redo == null ? List.of(main) : List.of(main, redo);
    }

    /** The maintainer of one of its pipelines. */
    public Optional<Maintainer> pipeline(ReplicationMode mode) {
        return Optional.ofNullable(mode == ReplicationMode.REDO ? redo : main);
    }

    /** Whether it has this pipeline. */
    public boolean has(ReplicationMode mode) {
        return mode == ReplicationMode.DEFAULT || redo != null;
    }

    /** Takes in what concerns one of the pipelines that it {@link #has}. Returns what became of it. */
    public Disposition handle(PipelineInput input, long nowMillis) {
        Maintainer addressed = input.changefeed().isRedo() ? Objects.requireNonNull(redo) : main;
        Disposition disposition = addressed.handle(input, nowMillis);
        if (redo != null && addressed == main && isChoice(input)) {
            redo.handle(input, nowMillis);
        }
        couple(nowMillis);
        return disposition;
    }

    /** People choose a scheduler for a changefeed, not for a pipeline. */
    private static boolean isChoice(PipelineInput input) {
        return input instanceof HostInput.SchedulerCommanded commanded
                && commanded.command() instanceof SchedulerCommand.Select;
    }

    /** Nodes came or went. */
    public void membershipChanged(Membership membership, long nowMillis) {
        forBoth(pipeline -> pipeline.membershipChanged(membership, nowMillis), nowMillis);
    }

    /**
     * Another node is being emptied, or none any more.
     *
     * @param changedAtMillis when the host heard of it, by the same clock as the inputs
     */
    public void drainTargetChanged(DrainTarget target, long changedAtMillis, long nowMillis) {
        forBoth(pipeline -> pipeline.drainTargetChanged(target, changedAtMillis, nowMillis), nowMillis);
    }

    /** Time has passed. */
    public void tick(long nowMillis) {
        forBoth(pipeline -> pipeline.tick(nowMillis), nowMillis);
    }

    /** The coordinator wants the maintainer with this epoch to end: both pipelines, or none yet. Returns what became of it. */
    public Disposition remove(MaintainerEpoch epoch, RemovalMode mode, long nowMillis) {
        boolean tooEarly = epoch.equals(epoch())
                && phase() == LifecyclePhase.BOOTSTRAPPING
                && !pipelines().stream().allMatch(pipeline -> pipeline.canBegin(mode));
        if (tooEarly) {
            return Disposition.REFUSED;
        }
        Disposition disposition = main.remove(epoch, mode, nowMillis);
        if (redo != null) {
            redo.remove(epoch, mode, nowMillis);
        }
        couple(nowMillis);
        return disposition;
    }

    private void forBoth(Consumer<Maintainer> event, long nowMillis) {
        event.accept(main);
        if (redo != null) {
            event.accept(redo);
        }
        couple(nowMillis);
    }

    /** The log promises what is durable in both; what it durably promises may be written to the sink. */
    private void couple(long nowMillis) {
        if (redo == null) {
            return;
        }
        endTogether(main, redo, nowMillis);
        endTogether(redo, main, nowMillis);
        if (redo.phase() == LifecyclePhase.RUNNING) {
            if (main.phase() == LifecyclePhase.RUNNING) {
                redo.promise(new RedoMeta(main.checkpointTs(), redo.checkpointTs()), nowMillis);
            }
            main.release(redo.promisedTs(), nowMillis);
        }
    }

    /** One that a newer owner has fenced has closed without having been asked to. */
    private static void endTogether(Maintainer ended, Maintainer other, long nowMillis) {
        boolean removed = other.phase() == LifecyclePhase.REMOVING || other.phase() == LifecyclePhase.CLOSED;
        if (ended.phase() == LifecyclePhase.CLOSED && !removed) {
            other.fence(nowMillis);
        }
    }

    /** The changefeed. */
    public ChangefeedId changefeed() {
        return main.changefeed();
    }

    /** The ownership. */
    public MaintainerEpoch epoch() {
        return main.epoch();
    }

    /** The present phase: it begins when both pipelines have begun, and is closed when both are. */
    public LifecyclePhase phase() {
        LifecyclePhase ofMain = main.phase();
        if (redo == null || redo.phase() == ofMain) {
            return ofMain;
        }
        boolean ends = isEnding(ofMain) || isEnding(redo.phase());
        return ends ? LifecyclePhase.REMOVING : LifecyclePhase.BOOTSTRAPPING;
    }

    private static boolean isEnding(LifecyclePhase phase) {
        return phase == LifecyclePhase.REMOVING || phase == LifecyclePhase.CLOSED;
    }

    /** The committed checkpoint of the sink; a TSO. */
    public long checkpointTs() {
        return main.checkpointTs();
    }

    /** The status for the coordinator. */
    public MaintainerStatus status() {
        MaintainerStatus ofMain = main.status();
        return redo == null ? ofMain : together(ofMain, redo.status());
    }

    private MaintainerStatus together(MaintainerStatus ofMain, MaintainerStatus ofRedo) {
        LifecyclePhase phase = phase();
        TreeSet<NodeId> suspects = new TreeSet<>(ofMain.suspects());
        suspects.addAll(ofRedo.suspects());
        List<WorkerError> errors = new ArrayList<>(ofMain.errors());
        ofRedo.errors().stream().filter(error -> !errors.contains(error)).forEach(errors::add);
        return new MaintainerStatus(
                ofMain.changefeed(),
                ofMain.epoch(),
                phase,
                ofMain.checkpointTs(),
                Math.min(ofMain.membershipVersion(), ofRedo.membershipVersion()),
                ofMain.scheduler(),
                phase == LifecyclePhase.RUNNING ? together(ofMain.drain(), ofRedo.drain()) : DrainProgress.NONE,
                suspects,
                errors,
                phase == LifecyclePhase.CLOSED ? together(ofMain.finalStatus(), ofRedo.finalStatus()) : null);
    }

    private static DrainProgress together(DrainProgress one, DrainProgress other) {
        return new DrainProgress(one.epoch(), one.spans() + other.spans(), one.operators() + other.operators());
    }

    private static FinalStatus together(@Nullable FinalStatus ofMain, @Nullable FinalStatus ofRedo) {
        if (ofMain == null || ofRedo == null) {
            throw new IllegalStateException("a pipeline has closed without a final status");
        }
        List<FrozenOperator> frozen = ofMain.manifest().frozen();
        return new FinalStatus(
                ofMain.checkpointTs(),
                new HandoffManifest(frozen, ofRedo.manifest().frozen()));
    }
}
