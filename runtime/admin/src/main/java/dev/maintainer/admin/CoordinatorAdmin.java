package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.runtime.node.LocalCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is asked of the coordinator, and of no maintainer: where changefeeds are, pauses and drains. */
final class CoordinatorAdmin {
    private final LocalCluster cluster;
    private final long answerMillis;

    CoordinatorAdmin(LocalCluster cluster, long answerMillis) {
        this.cluster = cluster;
        this.answerMillis = answerMillis;
    }

    List<PlacementRow> placements() {
        List<PlacementRow> rows = new ArrayList<>();
        cluster.placements().forEach((changefeed, view) -> rows.add(PlacementRow.of(changefeed, view)));
        return rows;
    }

    PlacementRow pause(@Nullable String name, boolean paused) {
        ChangefeedId changefeed = placed(name);
        DesiredState wanted = paused ? DesiredState.PAUSE : DesiredState.RUN;
        cluster.pause(changefeed, paused);
        return Polling.until(
                        answerMillis,
                        () -> Optional.ofNullable(cluster.placements().get(changefeed))
                                .filter(view -> view.wanted() == wanted))
                .map(view -> PlacementRow.of(changefeed, view))
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        changefeed + " is not to be " + (paused ? "paused" : "resumed")
                                + ": it is being removed, or the metadata store does not answer; see"
                                + " 'ctl placements'"));
    }

    private ChangefeedId placed(@Nullable String name) {
        List<ChangefeedId> all = List.copyOf(cluster.placements().keySet());
        if (name == null && all.size() == 1) {
            return all.get(0);
        }
        return all.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(() -> {
            List<String> names = all.stream().map(ChangefeedId::name).toList();
            return new MaintainerException(
                    ErrorCode.UNKNOWN_NAME,
                    name == null
                            ? "there are " + all.size() + " changefeeds, " + names + "; name one"
                            : "no changefeed is called '" + name + "'" + NearestName.question(name, names)
                                    + "; there are " + names);
        });
    }

    DrainView drain(NodeId node) {
        return answered(cluster.drain(node));
    }

    DrainView cancelDrain() {
        return answered(cluster.cancelDrain());
    }

    private DrainView answered(long number) {
        return Polling.until(answerMillis, () -> answer(number))
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "the coordinator has not answered for " + answerMillis
                                + " ms; it may still do it, see 'ctl drain'"));
    }

    private Optional<DrainView> answer(long number) {
        DrainView view = cluster.drainView();
        DrainView.Answer answer = view.answers().get(number);
        if (answer != null && !answer.accepted()) {
            throw new MaintainerException(ErrorCode.REQUEST_REFUSED, answer.text());
        }
        return answer == null ? Optional.empty() : Optional.of(view);
    }
}
