package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;

/** Whether a slot can be read from where a reader wants to begin. */
sealed interface StartDecision {
    /**
     * It can.
     *
     * @param source to be kept from now on
     */
    record Start(KnownSource source) implements StartDecision {}

    /**
     * Not yet.
     *
     * @param reason for people
     */
    record Wait(String reason) implements StartDecision {}

    /**
     * An older reader of ours holds the slot, and has to be ended first.
     *
     * @param pid of its session
     */
    record TakeOver(int pid) implements StartDecision {}

    /**
     * It cannot, and will not if it is tried again.
     *
     * @param message what is wrong, and what to do
     */
    record Refuse(ErrorCode code, String message) implements StartDecision {}
}
