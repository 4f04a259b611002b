package dev.maintainer.simulator.world;

import dev.maintainer.simulator.incident.Incident;
import org.jspecify.annotations.Nullable;

/** How a simulated cluster learns who is a member, who leads, and what is stored; and what can happen to that. */
interface ControlPlane extends DurableMetadata {
    /** Brings up so many nodes, and somebody who leads. */
    void begin(int nodes);

    /** Somebody joins. */
    void join();

    /** A node dies without a word, and one comes in its place so much later. */
    void restart(SimulatedNode node, long millis);

    /** A node dies without a word. */
    void kill(SimulatedNode node);

    /** Whether one may go without leaving too few. */
    boolean areEnough();

    /** The lease of a node ends, or is no longer certain, while it lives. */
    void expire(SimulatedNode node);

    /** A node stands still, or only its event loops do. */
    void pause(SimulatedNode node, long millis, boolean dispatchersToo);

    /** A node that is empty is stopped. */
    void stop(SimulatedNode node);

    /** The newest version of the membership, which not everybody may have heard of. */
    long membershipVersion();

    /** Who has come to lead last; it may lead no more. */
    SimulatedCoordinator leader();

    /** The leader is replaced after a pause; it may go on for a while without knowing. */
    void replaceLeader(long pause, long overlap);

    /** A coordinator dies in the middle of something. */
    void coordinatorDies(SimulatedCoordinator coordinator, String when, long pause);

    /** How many members were expelled. */
    long expelled();

    /** For a while the store fails. */
    void storeDown(long millis);

    /** An incident between a process and the store happens, if there is such a thing here. */
    void happen(Incident incident, SimulatedNode node);

    /** Whether there are members to whom something can happen, and somebody who has led. */
    boolean isReady();

    /** Nothing goes wrong any more. */
    void heal();

    /** What is not yet as it should be when everything is well; null if all is. */
    @Nullable
    String unsettled();

    /** The books of coordinators agree. */
    void audit();
}
