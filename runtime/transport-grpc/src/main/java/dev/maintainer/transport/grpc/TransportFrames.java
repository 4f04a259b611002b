package dev.maintainer.transport.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.transport.grpc.frame.Frame;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.HandshakeRefusal;
import dev.maintainer.transport.grpc.session.Hello;
import dev.maintainer.transport.grpc.session.Lane;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Frames of sessions and lanes, to and from the wire. What is incomplete is read as empty. */
final class TransportFrames {
    private static final int LONGEST_NAME = 512;
    private static final int LONGEST_TEXT = 200;

    private TransportFrames() {}

    static Transport.SessionFrame hello(Hello hello) {
        Transport.Hello.Builder out = Transport.Hello.newBuilder()
                .setCluster(hello.cluster())
                .setFrom(hello.from().value())
                .setTo(hello.to().value())
                .setIncarnation(hello.incarnation())
                .setMinProtocol(hello.minProtocol())
                .setMaxProtocol(hello.maxProtocol())
                .setFeatures(hello.features())
                .setBuild(hello.build())
                .setRosterVersion(hello.rosterVersion())
                .setWallMillis(hello.wallMillis());
        if (hello.generation() != 0) {
            out.setGeneration(hello.generation());
        }
        return Transport.SessionFrame.newBuilder().setHello(out).build();
    }

    static Optional<Hello> hello(Transport.Hello in) {
        boolean complete = in.hasCluster()
                && in.hasIncarnation()
                && in.hasMinProtocol()
                && in.hasMaxProtocol()
                && in.hasFeatures()
                && in.hasRosterVersion()
                && (!in.hasGeneration() || in.getGeneration() > 0);
        NodeId from = node(in.getFrom());
        NodeId to = node(in.getTo());
        if (!complete || from == null || to == null || from.equals(to)) {
            return Optional.empty();
        }
        return Optional.of(new Hello(
                in.getCluster(),
                from,
                to,
                in.getIncarnation(),
                in.getGeneration(),
                in.getMinProtocol(),
                in.getMaxProtocol(),
                in.getFeatures(),
                in.getBuild(),
                in.getRosterVersion(),
                in.getWallMillis()));
    }

    private static @Nullable NodeId node(String value) {
        return value.isBlank() || value.length() > LONGEST_NAME ? null : new NodeId(value);
    }

    static Transport.SessionFrame welcome(Hello own, long generation, int protocol, long features) {
        return Transport.SessionFrame.newBuilder()
                .setWelcome(Transport.Welcome.newBuilder()
                        .setGeneration(generation)
                        .setProtocol(protocol)
                        .setFeatures(features)
                        .setBuild(own.build())
                        .setRosterVersion(own.rosterVersion())
                        .setWallMillis(own.wallMillis()))
                .build();
    }

    static Transport.SessionFrame refusal(HandshakeRefusal reason, String text, long rosterVersion) {
        return Transport.SessionFrame.newBuilder()
                .setRefusal(Transport.Refusal.newBuilder()
                        .setReason(Transport.HandshakeRefusal.valueOf("HANDSHAKE_REFUSAL_" + reason.name()))
                        .setText(text)
                        .setRosterVersion(rosterVersion))
                .build();
    }

    /** A reason that this release does not know is one after which to try again. */
    static HandshakeRefusal reason(Transport.Refusal refusal) {
        for (HandshakeRefusal reason : HandshakeRefusal.values()) {
            if (refusal.getReason().name().equals("HANDSHAKE_REFUSAL_" + reason.name())) {
                return reason;
            }
        }
        return HandshakeRefusal.BUSY;
    }

    /** Text of a peer, as people may see it. */
    static String shown(String text) {
        return Printable.line(Printable.shortened(text, LONGEST_TEXT));
    }

    /** @param leaderEpoch 0 to say nothing of it */
    static Transport.SessionFrame ping(long number, long rosterVersion, long leaderEpoch) {
        Transport.Ping.Builder ping =
                Transport.Ping.newBuilder().setNumber(number).setRosterVersion(rosterVersion);
        if (leaderEpoch > 0) {
            ping.setLeaderEpoch(leaderEpoch);
        }
        return Transport.SessionFrame.newBuilder().setPing(ping).build();
    }

    static Transport.SessionFrame pong(Transport.Ping ping) {
        return Transport.SessionFrame.newBuilder()
                .setPong(Transport.Pong.newBuilder().setNumber(ping.getNumber()))
                .build();
    }

    static Transport.SessionFrame end() {
        return Transport.SessionFrame.newBuilder()
                .setEnd(Transport.End.getDefaultInstance())
                .build();
    }

    static Transport.LaneFrame open(NodeId from, NodeId to, long generation, Lane lane) {
        return Transport.LaneFrame.newBuilder()
                .setOpen(Transport.LaneOpen.newBuilder()
                        .setFrom(from.value())
                        .setTo(to.value())
                        .setGeneration(generation)
                        .setLane(Transport.Lane.valueOf("LANE_" + lane.name())))
                .build();
    }

    static Optional<Lane> lane(Transport.LaneOpen open) {
        for (Lane lane : Lane.values()) {
            if (open.getLane().name().equals("LANE_" + lane.name())) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    /** Null if it names nobody. */
    static @Nullable NodeId from(Transport.LaneOpen open) {
        return node(open.getFrom());
    }

    /** Null if it names nobody. */
    static @Nullable NodeId to(Transport.LaneOpen open) {
        return node(open.getTo());
    }

    static Transport.LaneFrame fragment(Frame frame) {
        return Transport.LaneFrame.newBuilder()
                .setFragment(Transport.Fragment.newBuilder()
                        .setMessage(frame.message())
                        .setIndex(frame.index())
                        .setTotal(frame.total())
                        .setDeflated(frame.isDeflated())
                        .setChecksum(frame.checksum())
                        .setPayload(UnsafeByteOperations.unsafeWrap(frame.payload())))
                .build();
    }

    /** What is missing reads as 0, which no assembler takes for the next frame. */
    static Frame frame(Transport.Fragment in) {
        return new Frame(
                in.getMessage(),
                in.getIndex(),
                in.getTotal(),
                in.getDeflated(),
                in.getChecksum(),
                in.getPayload().toByteArray());
    }
}
