package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Turns what a person asks for into decisions, or says why it cannot be. */
final class ManualDecisions {
    private static final Reason BY_HAND = new Reason("BY_HAND", "a person asked for it");

    private ManualDecisions() {}

    static List<Decision> move(List<SpanExplanation> spans, NodeId target) {
        List<Decision> decisions = new ArrayList<>();
        for (SpanExplanation span : spans) {
            NodeId node = span.node();
            if (node == null) {
                decisions.add(new Decision.Place(span.dispatcher(), target, BY_HAND));
            } else if (!node.equals(target)) {
                decisions.add(new Decision.Move(span.dispatcher(), node, target, BY_HAND));
            }
        }
        if (decisions.isEmpty()) {
            throw refused("it is on " + target + " already; nothing was done");
        }
        return decisions;
    }

    /** The only one of these spans. */
    static DispatcherId one(List<SpanExplanation> spans) {
        if (spans.size() != 1) {
            throw refused("the table is in " + spans.size()
                    + " parts; name one of them by its dispatcher, see 'ctl operators'");
        }
        return spans.get(0).dispatcher();
    }

    static List<SpanBound> cuts(List<String> keys) {
        try {
            return keys.stream().map(SpanBound::before).toList();
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "keys: " + e.getMessage() + "; give whole characters", e);
        }
    }

    static List<Decision> split(List<SpanExplanation> spans, List<SpanBound> cuts) {
        if (spans.size() > 1) {
            throw refused(
                    "the table is in " + spans.size() + " parts; name one of them by its dispatcher, see 'ctl spans'");
        }
        SpanExplanation span = spans.get(0);
        NodeId node = span.node();
        if (node == null) {
            throw refused(span.span() + " waits for placement; ask again when it runs");
        }
        SpanBound reached = span.span().start();
        for (SpanBound cut : cuts) {
            if (reached.compareTo(cut) >= 0 || cut.compareTo(span.span().end()) >= 0) {
                throw refused("key '" + cut + "' is not behind '" + reached + "' and inside of " + span.span()
                        + "; give keys (--at KEY) in ascending order");
            }
            reached = cut;
        }
        if (cuts.isEmpty()) {
            throw refused("nothing was changed of " + span.span() + " lately, or one key only, so nobody knows where to"
                    + " cut it; give keys (--at KEY)");
        }
        return List.of(new Decision.Split(span.dispatcher(), node, cuts, List.of(), BY_HAND));
    }

    static List<Decision> merge(List<SpanExplanation> spans) {
        List<SpanExplanation> parts = new ArrayList<>(spans);
        parts.sort(Comparator.comparing(SpanExplanation::span));
        TreeSet<String> nodes = new TreeSet<>();
        parts.forEach(
                part -> nodes.add(part.node() == null ? "no node" : part.node().value()));
        NodeId node = parts.get(0).node();
        if (parts.size() < 2) {
            throw refused("the table is whole; nothing was done");
        }
        if (nodes.size() > 1 || node == null) {
            throw refused("its parts are on " + String.join(", ", nodes) + "; move them to one node first");
        }
        return List.of(new Decision.Merge(
                parts.stream().map(SpanExplanation::dispatcher).toList(), node, BY_HAND));
    }

    private static MaintainerException refused(String message) {
        return new MaintainerException(ErrorCode.REQUEST_REFUSED, message);
    }
}
