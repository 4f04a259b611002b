package dev.maintainer.membership;

/** What became of the wish that a cluster speaks what all its members can. */
public sealed interface FinalizeOutcome {
    /**
     * It does, and that is durable.
     *
     * @param protocol the active one from now on, or already before
     */
    record Active(int protocol) implements FinalizeOutcome {}

    /**
     * Nothing has changed: some members speak a newer protocol, and others do not.
     *
     * @param support with the members that are too old
     */
    record TooOld(ProtocolSupport support) implements FinalizeOutcome {}

    /** This process does not lead, or not any more. In the second case it may have happened all the same. */
    record NotLeading() implements FinalizeOutcome {}
}
