package dev.maintainer.simulator.seeded;

/**
 * What holds in every simulated world, changed: not bugs of the product, but what makes up for some of them. They are
 * planted together with a bug, never alone.
 */
final class WorldChanges {
    private static final String NETWORK = "SimulatedNetwork";
    private static final String HEARTBEAT = "dev.maintainer.api.message.WorkerReport.Heartbeat";
    private static final String LOSES = "if (isCut(pair) || faults.loses()) {";

    /** Half of the heartbeats that say that something has stopped are lost. */
    static final SeededBug LAST_WORDS_GET_LOST = SeededBug.of("-", "last words get lost")
            .in(
                    NETWORK,
                    LOSES,
                    "boolean last = message instanceof " + HEARTBEAT + " heartbeat && heartbeat.statuses().stream()"
                            + ".anyMatch(status -> status.state() == dev.maintainer.api.model.ComponentState.STOPPED);"
                            + " if (isCut(pair) || faults.loses()"
                            + " || (last && faults.areOn() && timeline.chance(0.5))) {");

    /** What dispatchers have become is told once, and arrives. */
    static final SeededBug STATUSES_ARRIVE = SeededBug.of("-", "statuses arrive")
            .in(
                    NETWORK,
                    LOSES,
                    "boolean surely = message instanceof " + HEARTBEAT + " heartbeat"
                            + " && !heartbeat.statuses().isEmpty();"
                            + " if (!surely && (isCut(pair) || faults.loses())) {");

    private static final String WATERMARK =
            HEARTBEAT + " heartbeat && heartbeat.statuses().isEmpty() && !heartbeat.complete()";

    /** Watermarks arrive a second time, after what was sent later. */
    static final SeededBug WATERMARKS_COME_AGAIN = comeAgain(WATERMARK, 500);

    /** Watermarks arrive a second time, when all may be different. */
    static final SeededBug WATERMARKS_COME_MUCH_LATER = comeAgain(WATERMARK, 6_000);

    /** Requests to bootstrap arrive a second time, after what was sent later. */
    static final SeededBug BOOTSTRAPS_COME_AGAIN =
            comeAgain("dev.maintainer.api.message.WorkerCommand.Bootstrap", 4_000);

    /** DDL trigger dispatchers fail far more often than others. */
    static final SeededBug TRIGGERS_FAIL = SeededBug.of("-", "triggers fail")
            .in(
                    "DispatcherModel",
                    "if (failing || node.faults().dispatcherFails()) {",
                    "boolean weak = this instanceof TriggerModel && node.faults().areOn() && timeline.chance(0.03);"
                            + " if (failing || weak || node.faults().dispatcherFails()) {");

    /** Dispatchers take their time to end. */
    static final SeededBug ENDS_TAKE_LONG = SeededBug.of("-", "dispatchers end slowly")
            .in(
                    "DispatcherModel",
                    "endAt = timeline.now() + (timeline.chance(0.2)",
                    "endAt = timeline.now() + (timeline.chance(0.8)");

    /** A node that joins runs something for an older owner, of a table that nobody has. */
    static final SeededBug JOINS_WITH_LEFTOVERS = SeededBug.of("-", "nodes join with leftovers")
            .in("ChangefeedWorker", "WorkerError error = worker.hosting.fenceSink(bootstrap.epoch());", """
                    if (bootstrap.late() && bootstrap.epoch().value() > 1) {
                        MaintainerEpoch older = new MaintainerEpoch(bootstrap.epoch().value() - 1);
                        ChangefeedWorker former = new ChangefeedWorker(
                                surroundings,
                                bootstrap.changefeed(),
                                incarnation,
                                new OwnerFence(from, older),
                                bootstrap.releasedTs(),
                                nowMillis);
                        former.hosting.create(new dev.maintainer.api.dispatcher.DispatcherSpec(
                                bootstrap.changefeed(),
                                older,
                                new dev.maintainer.api.model.DispatcherId(7, incarnation),
                                dev.maintainer.api.model.TableSpan.whole(new dev.maintainer.api.model.TableId(9_000 + incarnation)),
                                new dev.maintainer.api.model.SchemaId(1),
                                bootstrap.startTs(),
                                former.released));
                        former.command(from, bootstrap, nowMillis);
                        return former;
                    }
                    WorkerError error = worker.hosting.fenceSink(bootstrap.epoch());""")
            .in(
                    "Upstream",
                    "throw new IllegalStateException(\"table \" + table + \" was never created\");",
                    "return 0;");

    private WorldChanges() {}

    private static SeededBug comeAgain(String which, int withinMillis) {
        return SeededBug.of("-", "some messages come again")
                .in(
                        NETWORK,
                        "deliver(pair, message); if (faults.duplicates()) {",
                        "deliver(pair, message); again(pair, message); if (faults.duplicates()) {")
                .in(NETWORK, "private boolean isCut(Pair pair) {", """
                        private void again(Pair pair, Message original) {
                            if (original instanceof WHICH && faults.areOn() && timeline.chance(0.2)) {
                                Message copy = wire.copy(original);
                                timeline.in(timeline.below(WITHIN), () -> {
                                    Receiver receiver = receivers.get(pair.to());
                                    if (receiver != null) {
                                        receiver.receive(pair.from(), copy);
                                    }
                                });
                            }
                        }

                        private boolean isCut(Pair pair) {""".replace("WHICH", which)
                        .replace("WITHIN", String.valueOf(withinMillis)));
    }
}
