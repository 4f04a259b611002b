package dev.maintainer.transport.grpc.session;

/**
 * Why a node does not talk to another.
 *
 * @since 0.1.0
 */
public enum HandshakeRefusal {
    /** The caller belongs to another cluster. */
    WRONG_CLUSTER(Retry.AFTER_ROSTER_CHANGE),
    /** Another node has this address now. */
    WRONG_TARGET(Retry.AFTER_ROSTER_CHANGE),
    /** The caller may have joined a moment ago, and the roster with it has not arrived. */
    UNKNOWN_SENDER(Retry.SOON),
    /** The caller is not a member, and the receiver knows the roster in which it is not. */
    NOT_A_MEMBER(Retry.AFTER_ROSTER_CHANGE),
    /** No protocol that both speak. */
    INCOMPATIBLE(Retry.AFTER_ROSTER_CHANGE),
    /** A later incarnation of the caller, or a later session, is there. */
    SUPERSEDED(Retry.SOON),
    /** The receiver is starting or stopping, or has too many callers. */
    BUSY(Retry.SOON),
    /** What came first was no handshake. */
    NOT_A_HANDSHAKE(Retry.AFTER_ROSTER_CHANGE),
    /** The certificate is not that of the node, or not trusted. Its files may change without a new roster. */
    WRONG_IDENTITY(Retry.SOON);

    /** When it makes sense to try again. */
    public enum Retry {
        /** After the usual delay. */
        SOON,
        /** Not before the roster has changed. */
        AFTER_ROSTER_CHANGE
    }

    private final Retry retry;

    HandshakeRefusal(Retry retry) {
        this.retry = retry;
    }

    /** {@return when to try again} */
    public Retry retry() {
        return retry;
    }
}
