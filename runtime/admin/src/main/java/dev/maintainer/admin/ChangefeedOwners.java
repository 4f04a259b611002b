package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.runtime.node.LocalNodes;
import dev.maintainer.runtime.planner.PlannedSpans;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Finds the maintainer of a changefeed, and asks it; or says why there is none. Thread-safe. */
final class ChangefeedOwners {
    private final LocalNodes local;
    private final NodeQuestions nodes;

    ChangefeedOwners(LocalNodes local, NodeQuestions nodes) {
        this.local = local;
        this.nodes = nodes;
    }

    /** The changefeed of this name that has a maintainer; without a name, the only one. */
    ChangefeedId named(@Nullable String name) {
        Survey survey = nodes.survey();
        List<ChangefeedId> all = survey.changefeeds().stream()
                .map(row -> row.maintainer().changefeed())
                .toList();
        List<ChangefeedId> whole = all.stream().filter(each -> !each.isRedo()).toList();
        if (name == null && whole.size() == 1) {
            return whole.get(0);
        }
        return all.stream()
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> notFound(name, all, survey));
    }

    private MaintainerException notFound(@Nullable String name, List<ChangefeedId> all, Survey survey) {
        if (!survey.silent().isEmpty() && (name != null || all.isEmpty())) {
            return silent(survey);
        }
        refusePaused(name);
        if (name != null) {
            List<String> names = all.stream().map(ChangefeedId::toString).toList();
            return unknown("no changefeed is called '" + name + "' and has a maintainer"
                    + NearestName.question(name, names) + "; there are " + all);
        }
        return unknown(
                all.isEmpty()
                        ? "no changefeed has a maintainer right now; ask again"
                        : "there are changefeeds " + all + "; name one with --changefeed");
    }

    /** The maintainer of a changefeed, as it describes itself now. */
    ChangefeedRow ownerOf(ChangefeedId changefeed) {
        Survey survey = nodes.survey();
        return survey.changefeeds().stream()
                .filter(row -> row.maintainer().changefeed().equals(changefeed))
                .findFirst()
                .orElseThrow(() -> {
                    refusePaused(changefeed.name());
                    return survey.silent().isEmpty()
                            ? unknown(changefeed + " has no maintainer right now; ask again")
                            : silent(survey);
                });
    }

    /** All spans of a changefeed, as its planner last saw them. */
    PlannedSpans planned(ChangefeedId changefeed) {
        return nodes.planned(ownerOf(changefeed).node(), changefeed);
    }

    /** What the maintainer of a changefeed answers. */
    <T> T ask(ChangefeedId changefeed, BiFunction<MaintainerInspector, Long, T> question) {
        return nodes.inspect(ownerOf(changefeed).node(), changefeed, question)
                .orElseThrow(() -> unknown(changefeed + " has just moved; ask again"));
    }

    /** What stands still by somebody's wish has no maintainer, and whoever asks for one shall hear why. */
    private void refusePaused(@Nullable String name) {
        local.placements().forEach((changefeed, view) -> {
            boolean meant =
                    name == null || changefeed.name().equals(name) || (changefeed.name() + "/redo").equals(name);
            if (meant && view.wanted() == DesiredState.PAUSE) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        changefeed.name() + " is paused ("
                                + view.phase() + "): nothing of it runs, and its checkpoint stays at "
                                + view.checkpointTs() + "; 'ctl resume' lets it go on");
            }
        });
    }

    private MaintainerException silent(Survey survey) {
        return new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                "nodes " + survey.silent() + " have not answered for " + nodes.answerMillis()
                        + " ms, and the changefeed may be theirs; look at a thread dump of the node, or ask again");
    }

    private static MaintainerException unknown(String message) {
        return new MaintainerException(ErrorCode.UNKNOWN_NAME, message);
    }
}
