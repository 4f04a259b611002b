package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.cluster.embedded.ClusterProfile;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.cluster.embedded.FileMetadataStore;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.route.RoutedSource;
import dev.maintainer.replication.stream.StreamingDispatcherFactory;
import dev.maintainer.replication.stream.WrittenWork;
import dev.maintainer.runtime.journal.JournalDirectory;
import dev.maintainer.runtime.loop.PeriodicTimer;
import dev.maintainer.runtime.node.NodePorts;
import dev.maintainer.runtime.plugin.Schedulers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives one run: lets the frontier of the log advance, does things to the cluster at evenly spread points of the log,
 * waits for the checkpoint to arrive at the end, and compares the sink with the log. Used once, by one thread.
 */
public final class RunDriver {
    /** The changefeed of every run. */
    public static final ChangefeedId CHANGEFEED = new ChangefeedId("changelog");

    private static final long LOAD_SAMPLE_MILLIS = 100;
    private static final long COOLING_MILLIS = 20_000;
    private static final long LEASE_MILLIS = 600;
    private static final long STEP_MILLIS = 10;
    private static final long RETAIN_MILLIS = 1_000;
    private static final long ASK_AGAIN_MILLIS = 500;
    private static final long STALL_MILLIS = 30_000;
    /** The frontier waits while the checkpoint is further behind than this many events. */
    private static final int MAX_LAG = 8_192;
    /** The frontier takes about a millisecond per event, but not longer than this for the whole log. */
    private static final int LONGEST_MILLIS = 6_000;

    private final RunOptions options;
    private final Schedulers schedulers;
    private final RunProgress progress;
    private final RunListener listener;
    private final @Nullable JournalDirectory journals;
    private final ClusterRecorder recorder;
    private final RunTarget target;
    private final WrittenWork written = new WrittenWork();
    private final PacedSource source;
    private final LagMeter lagMeter = new LagMeter();
    private final EarlierChoices earlier;
    private Incidents.@Nullable Pending pending;
    private @Nullable EmbeddedCluster running;
    private boolean paused;
    private boolean resuming;
    /** What the changefeed stands still before, and why. */
    private Optional<String> refused = Optional.empty();

    private long resumeAskedAt = Long.MIN_VALUE / 2;
    private long retainedAt = now();
    private long shadowedEpoch;
    private long rowsApplied;
    private int position;

    /**
     * Prepares a run of a change log into a directory. Nothing runs yet, but the directory is claimed, until {@link #run} ends.
     *
     * @param progress is told now and then how far the run is
     */
    public RunDriver(ChangeLog log, Path sink, RunOptions options, RunProgress progress) throws MaintainerException {
        this(log, sink, options, null, progress, RunListener.NONE);
    }

    /**
     * Prepares a run as {@link #RunDriver(ChangeLog, Path, RunOptions, RunProgress)}.
     *
     * @param journals where all hosts are journalled; null if they are not
     * @param listener is shown the cluster
     */
    public RunDriver(
            ChangeLog log,
            Path sink,
            RunOptions options,
            @Nullable JournalDirectory journals,
            RunProgress progress,
            RunListener listener)
            throws MaintainerException {
        this(
                new ChangeLogSource(log, new Frontier(log.startTs())),
                new RunSink(new ConnectorAddress(FileSinkProvider.SCHEME, sink.toString()), new TreeMap<>(), null),
                options,
                journals,
                progress,
                listener);
    }

    /**
     * Prepares a run of any source into any sink. Nothing runs yet, but the sink is claimed, until {@link #run} ends.
     *
     * @param journals where all hosts are journalled; null if they are not
     * @param progress is told now and then how far the run is
     * @param listener is shown the cluster
     * @throws MaintainerException if it cannot begin; then the sink is as it was, and the source stays open
     */
    public RunDriver(
            PacedSource source,
            RunSink sink,
            RunOptions options,
            @Nullable JournalDirectory journals,
            RunProgress progress,
            RunListener listener)
            throws MaintainerException {
        this.source = source;
        this.listener = listener;
        this.journals = journals;
        this.options = options;
        this.recorder = new ClusterRecorder(options.redo() ? 2 : 1, RunDriver::now);
        this.progress = progress;
        if (source.startTs() < 1) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "the source begins at position " + source.startTs()
                            + ", and positions begin at 1; mend the source");
        }
        // An unknown scheduler is refused before anything is touched.
        this.schedulers = Schedulers.load(
                options.planning().plugins(),
                options.planning().scheduler(),
                options.planning().configuration());
        refuseUnknownSchedulers();
        this.target = sink.claim(new TargetClaim(
                source.identity(), CHANGEFEED, options, schedulers.catalog().names(), listener.takesRequests()));
        this.earlier = target.earlier();
    }

    private void refuseUnknownSchedulers() {
        List<String> named = new ArrayList<>(options.planning().swaps());
        String shadow = options.planning().shadow();
        if (shadow != null) {
            named.add(shadow);
        }
        SortedSet<String> known = schedulers.catalog().names();
        for (String name : named) {
            if (!known.contains(name)) {
                throw new MaintainerException(
                        ErrorCode.UNKNOWN_SCHEDULER,
                        "--swap or --shadow names '" + name + "', and no scheduler is called so"
                                + NearestName.question(name, known) + "; there are " + String.join(", ", known));
            }
        }
    }

    /** Gives back what was claimed, for a run that will not begin. */
    public void release() {
        target.release();
    }

    /** Runs to the end. Called once. */
    public RunResult run() throws MaintainerException, RunFailedException, InterruptedException {
        try (target) {
            return replicateAndCompare();
        }
    }

    /** Where the sink is that was written: elsewhere than asked for if it could not take the place of a finished one. */
    public String sinkShown() {
        return target.shown();
    }

    /** What a run that failed has left, for people; empty if there was no finished sink before. */
    public Optional<String> leftBehind() {
        return target.leftBehind();
    }

    private RunResult replicateAndCompare() throws RunFailedException, InterruptedException {
        long start = now();
        target.begin();
        String suffix = target.formerEpoch() == 0 ? "" : "-" + target.formerEpoch();
        ClusterProfile profile = new ClusterProfile(
                options.planning().scheduler(),
                options.planning().balanceMillis(),
                options.lowLatency(),
                LEASE_MILLIS,
                source instanceof RoutedSource,
                labels(suffix));
        SpanStatistics load = new SourceStatistics(source);
        PeriodicTimer sampling = new PeriodicTimer("load");
        Incidents incidents;
        try (EmbeddedCluster cluster = RunTransports.cluster(
                options.transport(), profile, (node, ports) -> ports(node, ports, load), target.metadata(), suffix)) {
            sampling.every(LOAD_SAMPLE_MILLIS, () -> source.sample(now()));
            cluster.start(options.nodes());
            incidents = new Incidents(cluster, CHANGEFEED, recorder, target.sink(), options, this::happened);
            listener.arrived(new RunningCluster(cluster, schedulers, new SourceTables(source), load));
            running = cluster;
            earlier.notes(options).forEach(progress::happened);
            paused = earlier.isPaused();
            cluster.createChangefeed(CHANGEFEED, source.startTs(), target.redo() != null);
            resuming = paused && options.resume();
            await("the first maintainer to run", this::isOwned);
            replicate(cluster, incidents);
            awaitCheckpoint();
            lagMeter.reached(recorder.checkpointTs(), now());
            awaitMerges();
            listener.replicated();
        } finally {
            sampling.cancel();
            listener.left();
        }
        Settlement settled = target.settle(source);
        return new RunResult(
                options,
                source.size(),
                settled.tables(),
                settled.rows(),
                target.sink().rowsApplied(),
                target.sink().rowsAppliedAgain(),
                recorder.checkpointTs(),
                now() - start,
                lagMeter.report(),
                incidents.killed(),
                incidents.joined(),
                incidents.handoffs(),
                incidents.drains(),
                recorder.planning(incidents.swaps()),
                recorder.division(
                        table -> source.table(table)
                                .map(found -> found.name().toString())
                                .orElse("table " + table),
                        incidents.living(written.sums())),
                recorder.blockEvents(),
                journals == null ? List.of() : journals.summaries(),
                settled.compared(),
                settled.difference(),
                settled.redo());
    }

    private NodePorts ports(NodeId node, NodePorts.Builder ports, SpanStatistics load) {
        return ports.schemas((changefeed, ts) -> source.tablesAt(ts))
                .dispatchers((context, changefeed, configuration) ->
                        new StreamingDispatcherFactory(source, target.sink(), target.redo(), written.of(node), context))
                .planners(schedulers)
                .statistics(load)
                .observer(recorder.forNode(node))
                .journals(journals)
                .build();
    }

    /** Nodes of a run that goes on with a sink have other names; labels mean those too. */
    private SortedMap<NodeId, SortedMap<String, String>> labels(String suffix) {
        SortedMap<NodeId, SortedMap<String, String>> all =
                new TreeMap<>(options.planning().labels());
        options.planning().labels().forEach((node, labels) -> all.put(new NodeId(node + suffix), labels));
        return all;
    }

    private void replicate(EmbeddedCluster cluster, Incidents incidents)
            throws RunFailedException, InterruptedException {
        List<RunAction> plan = RunAction.planned(options);
        List<Integer> points = evenlySpread(plan.size());
        int nextAction = 0;
        int step = (int) Math.max(1, (long) source.size() * STEP_MILLIS / Math.min(source.size(), LONGEST_MILLIS));
        long waitingSince = now();
        while (position < source.size() || nextAction < plan.size() || pending != null) {
            int limit = nextAction < plan.size() ? points.get(nextAction) : source.size();
            if (position < limit && lag() <= MAX_LAG) {
                advanceTo(Math.min(limit, position + step));
                waitingSince = now();
            }
            setShadow(cluster);
            Incidents.Pending action = pending;
            if (action != null && action.completed().getAsBoolean()) {
                pending = null;
                waitingSince = now();
            } else if (action == null && nextAction < plan.size() && position >= limit && incidents.isSettled()) {
                pending = incidents.begin(plan.get(nextAction++));
            }
            if (standsStill() || writes()) {
                waitingSince = now();
            }
            if (now() - waitingSince > STALL_MILLIS) {
                throw stalled(action == null ? "the checkpoint to follow" : action.name());
            }
            pause();
        }
    }

    /** A shadow ends with its owner: the next one gets it again. */
    private void setShadow(EmbeddedCluster cluster) {
        String shadow = options.planning().shadow();
        Optional<ClusterRecorder.Owner> owner = recorder.owner().filter(ClusterRecorder.Owner::running);
        if (shadow != null && owner.isPresent() && owner.get().epoch() != shadowedEpoch) {
            shadowedEpoch = owner.get().epoch();
            cluster.command(owner.get().node(), CHANGEFEED, new SchedulerCommand.Shadow(shadow));
        }
    }

    private void happened(String what) {
        progress.happened("event " + position + ": " + what);
    }

    private void awaitCheckpoint() throws RunFailedException, InterruptedException {
        long last = -1;
        long since = now();
        while (recorder.checkpointTs() < source.endTs()) {
            long checkpoint = recorder.checkpointTs();
            if (checkpoint != last || standsStill() || writes()) {
                last = checkpoint;
                since = now();
            }
            if (now() - since > STALL_MILLIS) {
                throw stalled("the checkpoint to arrive at the end of the log, " + source.endTs());
            }
            pause();
        }
    }

    /** Nothing changes any more, so what was split is merged again; if that takes too long, the report says so. */
    private void awaitMerges() throws InterruptedException {
        long since = now();
        boolean splits = options.planning().splits();
        while (splits && isDivided() && now() - since < COOLING_MILLIS) {
            pause();
        }
    }

    private boolean isDivided() {
        return recorder.owner()
                .map(ClusterRecorder.Owner::view)
                .filter(view -> !view.divided().isEmpty())
                .isPresent();
    }

    private void await(String what, BooleanSupplier condition) throws RunFailedException, InterruptedException {
        long since = now();
        while (!condition.getAsBoolean()) {
            if (standsStill()) {
                since = now();
            }
            if (now() - since > STALL_MILLIS) {
                throw stalled(what);
            }
            pause();
        }
    }

    /** Whether rows have come since this was asked before: of a source that copies, for a long time, the checkpoint stands. */
    private boolean writes() {
        long applied = target.sink().rowsApplied();
        boolean more = applied != rowsApplied;
        rowsApplied = applied;
        return more;
    }

    /** Whether it waits for somebody's word: paused, or before a block event that the sink refuses. */
    private boolean standsStill() throws RunFailedException {
        boolean pausing = isPaused();
        boolean still = isRefused() || pausing;
        if (still && listener.isAskedToStop()) {
            throw new RunFailedException("stopped at checkpoint " + recorder.checkpointTs() + " while "
                    + refused.orElse("the changefeed was paused"));
        }
        return still;
    }

    /** Says so when that begins or ends; where nobody can be asked to decide, the run ends. */
    private boolean isRefused() throws RunFailedException {
        Optional<String> now = recorder.owner().map(owner -> owner.view()).map(MaintainerView::refused);
        if (now.isPresent() && !listener.takesRequests()) {
            throw new RunFailedException(now.get()
                    + "; nobody can say so to this run: mend the cause and run again, or run with --admin-dir DIR to"
                    + " decide while it waits");
        }
        if (!now.equals(refused)) {
            refused = now;
            happened(
                    now.map(text -> text + "; this run waits").orElse("the changefeed goes on behind the block event"));
        }
        return now.isPresent();
    }

    /** A changefeed that stands still because somebody wants it to is not stuck. Says so when that begins or ends. */
    private boolean isPaused() {
        EmbeddedCluster cluster = running;
        ChangefeedView view = cluster == null ? null : cluster.placements().get(CHANGEFEED);
        boolean standsStill = view == null ? paused : view.wanted() == DesiredState.PAUSE;
        if (standsStill != paused) {
            paused = standsStill;
            resuming = false;
            happened(
                    standsStill
                            ? "the changefeed is paused; this run waits until 'ctl resume'"
                            : "the changefeed goes on");
        }
        if (cluster != null && resuming && now() - resumeAskedAt >= ASK_AGAIN_MILLIS) {
            // Until it is accepted: a coordinator that has just begun knows no changefeeds yet.
            resumeAskedAt = now();
            cluster.pause(CHANGEFEED, false);
        }
        return standsStill && !resuming;
    }

    private RunFailedException stalled(String what) {
        Optional<ClusterRecorder.Owner> owner = recorder.owner();
        MaintainerView view = owner.map(ClusterRecorder.Owner::view).orElse(null);
        return new RunFailedException("gave up after " + STALL_MILLIS / 1000 + " s of waiting for " + what + "; "
                + (view == null
                        ? "no maintainer has shown itself"
                        : "owner " + owner.map(each -> each.node().value()).orElse("none") + ", phase " + view.phase()
                                + ", checkpoint " + view.checkpointTs() + " held by " + view.checkpointHeldBy() + ", "
                                + view.absent() + " spans absent, " + view.operatorsInFlight()
                                + " operators in flight"));
    }

    private void pause() throws InterruptedException {
        target.inspect();
        letGo();
        lagMeter.reached(recorder.checkpointTs(), now());
        progress.show(snapshot());
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
    }

    /** The source need not keep what is before the durable checkpoint. */
    private void letGo() {
        if (now() - retainedAt >= RETAIN_MILLIS) {
            retainedAt = now();
            new FileMetadataStore(target.metadata())
                    .read(CHANGEFEED)
                    .ifPresent(stored -> source.retainAfter(stored.metadata().checkpointTs()));
        }
    }

    private void advanceTo(int newPosition) {
        position = newPosition;
        // A transaction is committed as a whole, so its commitTs covers its later rows too.
        long commitTs = source.commitTsAt(newPosition - 1);
        source.releaseUpTo(commitTs);
        lagMeter.committed(commitTs, now());
    }

    private int lag() {
        return position - source.positionAfter(recorder.checkpointTs());
    }

    /** Positions that divide the history into {@code count + 1} parts of about one size: where to do something. */
    private List<Integer> evenlySpread(int count) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            positions.add((int) ((long) source.size() * i / (count + 1)));
        }
        return positions;
    }

    private boolean isOwned() {
        return recorder.owner()
                .filter(owner -> owner.running() && owner.view() != null)
                .isPresent();
    }

    private RunSnapshot snapshot() {
        Optional<ClusterRecorder.Owner> owner = recorder.owner();
        MaintainerView view = owner.map(ClusterRecorder.Owner::view).orElse(null);
        SortedMap<String, Integer> byNode = new TreeMap<>();
        if (view != null) {
            view.dispatchersByNode().forEach((node, count) -> byNode.put(node.value(), count));
        }
        Incidents.Pending action = pending;
        return new RunSnapshot(
                position,
                source.size(),
                target.sink().rowsApplied(),
                recorder.checkpointTs(),
                lagMillis(),
                byNode,
                view == null ? 0 : view.operatorsInFlight(),
                owner.map(each -> each.node().value()).orElse(""),
                owner.map(ClusterRecorder.Owner::epoch).orElse(0L),
                paused ? "paused, waiting for 'ctl resume'" : action == null ? "" : "waiting for " + action.name());
    }

    private long lagMillis() {
        long checkpoint = recorder.checkpointTs();
        return checkpoint == 0
                ? 0
                : Math.max(0, source.wallMillis(source.resolvedTs()) - source.wallMillis(checkpoint));
    }

    static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
