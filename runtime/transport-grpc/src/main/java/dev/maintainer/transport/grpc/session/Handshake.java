package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.ProtocolRange;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides about callers. A caller whose roster is newer waits until that roster is here, at most two seconds: nodes hear of
 * a new member in any order. Nobody waits on a thread: the same question is asked again. Thread-safe if the directory is.
 *
 * @since 0.1.0
 */
public final class Handshake {
    /** How long a caller may take until its first word is complete. */
    public static final long TIMEOUT_MILLIS = 5_000;
    /** How long a caller that is not in the roster yet may wait for it. */
    public static final long ROSTER_WAIT_MILLIS = 2_000;
    /** What this release can do beyond the protocol: nothing so far. */
    public static final long FEATURES = 0;

    private static final int LONGEST = 200;

    /** What becomes of a caller. */
    public sealed interface Verdict {
        /**
         * It is let in.
         *
         * @param protocol the newest that both speak
         * @param features what both sides can do beyond it
         */
        record Accepted(int protocol, long features) implements Verdict {}

        /**
         * It is not.
         *
         * @param reason why
         * @param text for people, one line
         */
        record Refused(HandshakeRefusal reason, String text) implements Verdict {}

        /** Ask again soon: the roster that the caller knows is not here yet. */
        record Waiting() implements Verdict {}
    }

    private final String cluster;
    private final ProtocolRange protocols;
    private final PeerDirectory directory;
    private final Predicate<NodeId> local;

    /**
     * The rules of one process.
     *
     * @param cluster the id of its cluster
     * @param protocols what it speaks
     * @param directory the members
     * @param local which nodes run in this process
     */
    public Handshake(String cluster, ProtocolRange protocols, PeerDirectory directory, Predicate<NodeId> local) {
        this.cluster = cluster;
        this.protocols = protocols;
        this.directory = directory;
        this.local = local;
    }

    /**
     * Judges a caller.
     *
     * @param hello its first word
     * @param waitedMillis how long it has been waiting already
     * @return the verdict; never {@link Verdict.Waiting} after two seconds
     */
    public Verdict judge(Hello hello, long waitedMillis) {
        if (!hello.cluster().equals(cluster)) {
            return refused(HandshakeRefusal.WRONG_CLUSTER, "this is cluster " + cluster + ", not " + hello.cluster());
        }
        if (!local.test(hello.to())) {
            return refused(HandshakeRefusal.WRONG_TARGET, "node " + hello.to() + " does not run here");
        }
        int protocol = hello.minProtocol() < 1 || hello.maxProtocol() < hello.minProtocol()
                ? 0
                : protocols.common(new ProtocolRange(hello.minProtocol(), hello.maxProtocol()));
        if (protocol == 0) {
            return refused(
                    HandshakeRefusal.INCOMPATIBLE,
                    "protocols " + hello.minProtocol() + " to " + hello.maxProtocol() + " are not spoken here, but "
                            + protocols.min() + " to " + protocols.max() + " are");
        }
        return member(hello, protocol, waitedMillis);
    }

    private Verdict member(Hello hello, int protocol, long waitedMillis) {
        // Read first: an answer that is newer than its version only delays a refusal.
        long version = directory.version();
        Optional<Peer> peer = directory.find(hello.from());
        if (peer.isPresent() && peer.get().incarnation() == hello.incarnation()) {
            return new Verdict.Accepted(protocol, hello.features() & FEATURES);
        }
        if (peer.isPresent() && peer.get().incarnation() > hello.incarnation()) {
            return refused(
                    HandshakeRefusal.SUPERSEDED,
                    "node " + hello.from() + " has registered again since incarnation " + hello.incarnation());
        }
        if (hello.rosterVersion() <= version) {
            return refused(
                    HandshakeRefusal.NOT_A_MEMBER,
                    "node " + hello.from() + ", incarnation " + hello.incarnation() + ", is not in roster " + version);
        }
        return waitedMillis < ROSTER_WAIT_MILLIS
                ? new Verdict.Waiting()
                : refused(
                        HandshakeRefusal.UNKNOWN_SENDER,
                        "node " + hello.from() + " knows roster " + hello.rosterVersion() + ", and here it is still "
                                + version);
    }

    private static Verdict refused(HandshakeRefusal reason, String text) {
        return new Verdict.Refused(reason, Printable.line(Printable.shortened(text, LONGEST)));
    }
}
