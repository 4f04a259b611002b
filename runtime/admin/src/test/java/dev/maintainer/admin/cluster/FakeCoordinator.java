package dev.maintainer.admin.cluster;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.PlacementPhase;
import dev.maintainer.coordinator.RequestAnswer;
import dev.maintainer.runtime.coordination.CoordinatorControl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Writes down what it is asked, and does at once what it was told to do. */
final class FakeCoordinator implements CoordinatorControl {
    final List<String> asked = new ArrayList<>();
    final SortedMap<ChangefeedId, ChangefeedView> changefeeds = new ConcurrentSkipListMap<>();
    private final Map<Long, DrainView.Answer> answers = new HashMap<>();
    private final Map<Long, RequestAnswer> changes = new HashMap<>();
    /** Why changes are refused; empty if they are not. */
    String refusal = "";
    /** Whether it looks at requests for changes. */
    boolean answering = true;
    /** Whether an owner has reported to it. */
    boolean heard = true;
    /** What owners have reported of what is wrong. */
    List<WorkerError> errors = List.of();

    private @Nullable NodeId draining;
    boolean ready = true;
    boolean leads = true;
    /** Whether what is created is stored. */
    boolean stores = true;

    void has(String name, @Nullable String owner, long checkpointTs, ChangefeedConfiguration configuration) {
        changefeeds.put(new ChangefeedId(name), view(owner, checkpointTs, DesiredState.RUN, "", configuration));
    }

    void isRemoving(String name) {
        changefeeds.computeIfPresent(
                new ChangefeedId(name),
                (id, view) -> view(null, view.checkpointTs(), DesiredState.REMOVE, "", view.configuration()));
    }

    private ChangefeedView view(
            @Nullable String owner,
            long checkpointTs,
            DesiredState wanted,
            String scheduler,
            ChangefeedConfiguration configuration) {
        return new ChangefeedView(
                owner == null ? null : new NodeId(owner),
                new MaintainerEpoch(3),
                checkpointTs,
                heard,
                0,
                errors,
                wanted,
                PlacementPhase.ABSENT,
                waitsFor,
                scheduler,
                configuration);
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public boolean createIfLeading(CoordinatorInput.CreateChangefeed creation) {
        asked.add("create " + creation.changefeed() + " from " + creation.startTs()
                + (creation.redo() ? " with a redo log" : ""));
        if (leads && stores) {
            changefeeds.putIfAbsent(
                    creation.changefeed(),
                    view(null, creation.startTs(), DesiredState.RUN, creation.scheduler(), creation.configuration()));
        }
        return leads;
    }

    @Override
    public void request(CoordinatorInput.ChangeRequest request) {
        if (answering) {
            changes.put(request.terms().number(), answered(request));
        }
    }

    private RequestAnswer answered(CoordinatorInput.ChangeRequest request) {
        ChangefeedView view = changefeeds.get(request.changefeed());
        String version = request.terms().version();
        if (view != null && version != null && !version.equals(view.version())) {
            return new RequestAnswer(RequestAnswer.Outcome.OTHER_VERSION, "it has version " + view.version());
        }
        if (!refusal.isEmpty()) {
            return new RequestAnswer(RequestAnswer.Outcome.REFUSED, refusal);
        }
        if (request instanceof CoordinatorInput.MoveMaintainer move) {
            moveMaintainer(move.changefeed(), move.target());
        } else if (request instanceof CoordinatorInput.PauseChangefeed pause) {
            pause(pause.changefeed(), pause.paused());
        } else {
            remove(request.changefeed());
        }
        return new RequestAnswer(RequestAnswer.Outcome.ACCEPTED, "");
    }

    @Override
    public Optional<RequestAnswer> answer(long number) {
        return Optional.ofNullable(changes.get(number));
    }

    @Override
    public void moveMaintainer(ChangefeedId changefeed, NodeId target) {
        asked.add("move " + changefeed + " to " + target);
    }

    @Override
    public void pause(ChangefeedId changefeed, boolean paused) {
        asked.add((paused ? "pause " : "resume ") + changefeed);
    }

    @Override
    public void remove(ChangefeedId changefeed) {
        asked.add("remove " + changefeed);
    }

    @Override
    public void drain(long number, NodeId node) {
        asked.add("drain " + node);
        boolean free = draining == null || draining.equals(node);
        if (free) {
            draining = node;
        }
        answers.put(number, new DrainView.Answer(free, free ? "begun" : "node " + draining + " is being drained"));
    }

    @Override
    public void cancelDrain(long number) {
        asked.add("cancel drain");
        draining = null;
        answers.put(number, new DrainView.Answer(true, "cancelled"));
    }

    /** Nothing is on the node any more. */
    boolean emptied;

    @Override
    public SortedMap<ChangefeedId, ChangefeedView> views() {
        return new TreeMap<>(changefeeds);
    }

    OptionalLong ownerSilentMillis = OptionalLong.empty();

    @Nullable
    String waitsFor;

    @Override
    public OptionalLong ownerSilentMillis(ChangefeedView view) {
        return ownerSilentMillis;
    }

    @Override
    public DrainView drainView() {
        return draining == null
                ? new DrainView(DrainTarget.NONE, DrainView.State.NONE, 0, 0, 0, 0, new TreeSet<>(), answers)
                : new DrainView(
                        new DrainTarget(draining, 1),
                        emptied ? DrainView.State.DRAINED : DrainView.State.DRAINING,
                        emptied ? 0 : 1,
                        0,
                        0,
                        0,
                        new TreeSet<>(),
                        answers);
    }
}
