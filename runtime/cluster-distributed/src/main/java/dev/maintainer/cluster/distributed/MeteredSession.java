package dev.maintainer.cluster.distributed;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.runtime.metrics.Durations;

/** Counts the requests of a session, by what they are and what became of them: {@code renewal committed}, {@code read unknown}. */
final class MeteredSession implements StoreSession {
    private final StoreSession session;
    private final Durations requests;

    MeteredSession(StoreSession session, Durations requests) {
        this.session = session;
        this.requests = requests;
    }

    @Override
    public long id() {
        return session.id();
    }

    @Override
    public void send(StoreRequest request, AnswerHandler handler) {
        long sent = System.nanoTime();
        String what = kind(request);
        session.send(request, (answer, nowNanos) -> {
            requests.add(what + " " + outcome(answer), Math.max(0, nowNanos - sent));
            handler.answered(answer, nowNanos);
        });
    }

    private static String kind(StoreRequest request) {
        if (!(request instanceof StoreRequest.Commit commit)) {
            return "read";
        }
        return commit.ops().size() == 1
                        && commit.ops().get(0) instanceof StoreOp.Set set
                        && set.path().kind() == StorePath.Kind.LEASE
                ? "renewal"
                : "write";
    }

    private static String outcome(StoreAnswer answer) {
        if (answer instanceof StoreAnswer.Committed) {
            return "committed";
        }
        if (answer instanceof StoreAnswer.Rejected) {
            return "rejected";
        }
        return answer instanceof StoreAnswer.Records ? "answered" : "unknown";
    }
}
