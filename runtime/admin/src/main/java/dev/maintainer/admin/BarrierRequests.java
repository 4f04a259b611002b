package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.runtime.node.LocalNodes;
import java.util.List;
import java.util.Optional;

/** Brings what people decide about refused block events to the maintainer, and waits until it has followed. Thread-safe. */
final class BarrierRequests {
    private static final int MOST_NAMED = 10;

    private final LocalNodes local;
    private final NodeQuestions nodes;
    private final ChangefeedOwners owners;
    private final long decisionMillis;

    BarrierRequests(LocalNodes local, NodeQuestions nodes, ChangefeedOwners owners, long decisionMillis) {
        this.local = local;
        this.nodes = nodes;
        this.owners = owners;
        this.decisionMillis = decisionMillis;
    }

    /**
     * Has a decision carried out.
     *
     * @param event as people write it
     * @throws MaintainerException if there is no such event, if it was not refused, or if the maintainer moved meanwhile
     */
    BarrierRequest decide(ChangefeedId changefeed, String event, RefusalDecision decision, boolean dryRun) {
        ChangefeedRow owner = owners.ownerOf(changefeed);
        OpenBarrier refused = refused(changefeed, open(owner), event);
        if (decision == RefusalDecision.SKIP && refused.forbidden()) {
            throw refusal(event + " cannot be skipped: " + refused.reason() + "; " + refused.wayOut());
        }
        if (dryRun) {
            return new BarrierRequest(event, decision, true, "nothing was done; " + meaning(refused, decision));
        }
        HostInput.RefusalDecided decided = new HostInput.RefusalDecided(
                changefeed, owner.maintainer().epoch(), refused.event().key(), refused.attempt(), decision);
        local.decide(owner.node(), decided);
        return Polling.until(decisionMillis, () -> followed(owner, refused))
                .map(any -> new BarrierRequest(event, decision, false, outcome(refused, decision)))
                .orElseThrow(() -> refusal("the maintainer of " + changefeed + " has not followed within "
                        + decisionMillis / 1000 + " s; it may still, see 'ctl barriers'"));
    }

    private List<OpenBarrier> open(ChangefeedRow owner) {
        return nodes.inspect(
                        owner.node(), owner.maintainer().changefeed(), (maintainer, now) -> maintainer.barriers(0, now))
                .orElseThrow(() -> refusal(owner.maintainer().changefeed() + " has just moved; ask again"));
    }

    private static OpenBarrier refused(ChangefeedId changefeed, List<OpenBarrier> open, String event) {
        List<BlockKey> keys = open.stream().map(each -> each.event().key()).toList();
        OpenBarrier meant = open.stream()
                .filter(each -> each.event().key().toString().equals(event))
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.UNKNOWN_NAME,
                        "no block event '" + event + "' of " + changefeed + " is open; "
                                + (keys.isEmpty()
                                        ? "there is none"
                                        : "there are " + keys.subList(0, Math.min(MOST_NAMED, keys.size())))));
        if (meant.phase() != BarrierPhase.REFUSED) {
            throw refusal(event + " is " + meant.phase()
                    + ", and the sink has not refused it: there is nothing to decide; see 'ctl barriers'");
        }
        return meant;
    }

    private Optional<BlockKey> followed(ChangefeedRow owner, OpenBarrier refused) {
        ChangefeedRow present = owners.ownerOf(owner.maintainer().changefeed());
        if (!present.maintainer().epoch().equals(owner.maintainer().epoch())) {
            throw refusal("the maintainer of " + owner.maintainer().changefeed() + " has moved to " + present.node()
                    + " meanwhile, and its successor asks the sink anew; see 'ctl barriers'");
        }
        BlockKey key = refused.event().key();
        boolean undecided = open(owner).stream()
                .anyMatch(each -> each.event().key().equals(key)
                        && each.phase() == BarrierPhase.REFUSED
                        && each.attempt() == refused.attempt());
        return undecided ? Optional.empty() : Optional.of(key);
    }

    private static String meaning(OpenBarrier refused, RefusalDecision decision) {
        String what = refused.event().key() + " (" + refused.statement() + ")";
        return switch (decision) {
            case RETRY ->
                what + " would be executed again; attempt " + refused.attempt() + " was refused: " + refused.reason();
            case SKIP ->
                what + " would count as executed, and the sink would not be asked: those that wait go on behind it ("
                        + refused.waiting() + " spans), and what it says of the set of tables holds ("
                        + refused.event().changes().size()
                        + " changes). What it does must be done by hand before, or later"
                        + " rows may not fit; that cannot be undone";
        };
    }

    private static String outcome(OpenBarrier refused, RefusalDecision decision) {
        String what = refused.event().key() + " (" + refused.statement() + ")";
        return switch (decision) {
            case RETRY -> what + " is executed again; see 'ctl barriers'";
            case SKIP -> what + " counts as executed, and " + refused.waiting() + " spans go on behind it";
        };
    }

    private static MaintainerException refusal(String message) {
        return new MaintainerException(ErrorCode.REQUEST_REFUSED, message);
    }
}
