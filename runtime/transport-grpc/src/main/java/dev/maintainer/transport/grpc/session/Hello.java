package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.model.NodeId;

/**
 * What a node says first when it has connected.
 *
 * @param cluster the id of the cluster that it belongs to
 * @param from the node itself
 * @param to the node that it wants to talk to
 * @param incarnation of {@code from}
 * @param generation the number that it gives to the session; 0 if the other one numbers
 * @param minProtocol the lowest protocol that it speaks
 * @param maxProtocol the highest protocol that it speaks
 * @param features bits of what it can do beyond the protocol
 * @param build for people
 * @param rosterVersion the roster that it knows
 * @param wallMillis its wall clock, which decides nothing
 * @since 0.1.0
 */
public record Hello(
        String cluster,
        NodeId from,
        NodeId to,
        long incarnation,
        long generation,
        int minProtocol,
        int maxProtocol,
        long features,
        String build,
        long rosterVersion,
        long wallMillis) {}
