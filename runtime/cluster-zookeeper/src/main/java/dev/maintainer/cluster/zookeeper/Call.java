package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreSession.AnswerHandler;

/** A request until it is answered. Not thread-safe. */
final class Call {
    private final AnswerHandler handler;
    private boolean answered;
    private boolean current;

    /** @param fresh whether what it reads counts only if the server was brought up to date before */
    Call(AnswerHandler handler, boolean fresh) {
        this.handler = handler;
        this.current = !fresh;
    }

    /** The server was brought up to date. */
    void synced() {
        current = true;
    }

    /** Whether what was read is as new as it was asked for. */
    boolean isCurrent() {
        return current;
    }

    boolean isAnswered() {
        return answered;
    }

    void answer(StoreAnswer answer) {
        if (!answered) {
            answered = true;
            handler.answered(answer, System.nanoTime());
        }
    }
}
