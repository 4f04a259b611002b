package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulingView.Request;
import dev.maintainer.runtime.node.LocalNodes;
import java.util.Optional;

/** Asks the planning of a changefeed for a change, and waits until it is known what came of it. Thread-safe. */
final class PlanningRequests {
    private final LocalNodes local;
    private final NodeQuestions nodes;
    private final ChangefeedOwners owners;
    private final long roundMillis;

    PlanningRequests(LocalNodes local, NodeQuestions nodes, ChangefeedOwners owners, long roundMillis) {
        this.local = local;
        this.nodes = nodes;
        this.owners = owners;
        this.roundMillis = roundMillis;
    }

    /**
     * The request as it ended.
     *
     * @throws MaintainerException if it was refused, if the maintainer moved meanwhile, or if nothing came of it in time
     */
    Request carryOut(ChangefeedId changefeed, SchedulerCommand command) {
        ChangefeedRow owner = owners.ownerOf(changefeed);
        nodes.node(owner.node());
        long number = local.command(owner.node(), changefeed, command);
        return Polling.until(roundMillis, () -> outcome(owner, number))
                .orElseThrow(() -> refused("nothing came of the request within " + roundMillis / 1000
                        + " s: the maintainer of " + changefeed
                        + " does not plan, see 'ctl changefeeds'; it may still be carried out"));
    }

    private Optional<Request> outcome(ChangefeedRow owner, long number) {
        ChangefeedId changefeed = owner.maintainer().changefeed();
        ChangefeedRow present = owners.ownerOf(changefeed);
        if (!present.maintainer().epoch().equals(owner.maintainer().epoch())) {
            throw refused("the maintainer of " + changefeed + " has moved to " + present.node()
                    + " meanwhile, and nothing is known of the request; ask again");
        }
        Optional<Request> ended = present.maintainer().scheduling().requests().stream()
                .filter(request -> request.number() == number && request.state() != Request.State.PENDING)
                .findFirst();
        ended.filter(request -> request.state() == Request.State.REFUSED).ifPresent(request -> {
            throw refusal(request.message());
        });
        return ended;
    }

    /** The planning of a maintainer says why, with the code in front if there is one. */
    private static MaintainerException refusal(String message) {
        for (ErrorCode code : ErrorCode.values()) {
            String prefix = code.name() + ": ";
            if (message.startsWith(prefix)) {
                return new MaintainerException(code, message.substring(prefix.length()));
            }
        }
        return refused(message);
    }

    private static MaintainerException refused(String message) {
        return new MaintainerException(ErrorCode.REQUEST_REFUSED, message);
    }
}
