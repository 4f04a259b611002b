package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.cluster.zookeeper.record.RecordException.Reason;
import dev.maintainer.cluster.zookeeper.record.proto.Records;

/**
 * Records of a backup as they go back into a store. Numbers that only ever rise may have risen since the backup was made, and
 * must not be used twice: epochs and the version of the roster are raised by more than that can be. Versions of records begin
 * at 0 again, which is made up for where others count on them.
 */
public final class Restoration {
    /** By how much numbers are raised; one per second for eleven days. */
    public static final long RAISE = 1_000_000;

    private Restoration() {}

    /**
     * {@return the bytes to store}
     *
     * @param bytes of the record in the backup
     * @param version that it had there
     * @throws RecordException if it is no record, or has no number left to be raised
     */
    public static byte[] restored(byte[] bytes, int version) {
        Records.Record.Builder record = RecordCodec.parse(bytes).toBuilder();
        try {
            switch (record.getValueCase()) {
                case LEADER_EPOCH -> {
                    Records.LeaderEpoch.Builder epoch = record.getLeaderEpochBuilder();
                    epoch.setEpoch(raised(epoch.getEpoch()));
                }
                case ROSTER -> {
                    Records.Roster.Builder roster = record.getRosterBuilder();
                    roster.setVersion(raised(roster.getVersion()));
                }
                case CHANGEFEED -> {
                    Records.Changefeed.Builder changefeed = record.getChangefeedBuilder();
                    changefeed.setEpoch(raised(changefeed.getEpoch()));
                    changefeed.setFirstVersion(Math.addExact(changefeed.getFirstVersion(), version));
                }
                case PROGRESS -> {
                    for (Records.ProgressEntry.Builder entry :
                            record.getProgressBuilder().getCheckpointsBuilderList()) {
                        entry.setEpoch(raised(entry.getEpoch()));
                    }
                }
                case FLOOR -> {
                    Records.Floor.Builder floor = record.getFloorBuilder();
                    floor.setEpoch(raised(floor.getEpoch()));
                    floor.setVersion(raised(floor.getVersion()));
                }
                case CLUSTER -> {
                    Records.Cluster.Builder cluster = record.getClusterBuilder();
                    cluster.setGeneration(Math.addExact(cluster.getGeneration(), 1));
                }
                case LEADER, MEMBER, PRESENCE, LEASE, VALUE_NOT_SET -> {
                    // Nothing in them only ever rises.
                }
            }
        } catch (ArithmeticException e) {
            throw new RecordException(Reason.INVALID, "a number is too large to be raised", e);
        }
        return Envelope.seal(record.build().toByteArray());
    }

    /** {@return the bytes of a floor, where a backup has none} */
    public static byte[] firstFloor() {
        Records.Floor floor =
                Records.Floor.newBuilder().setEpoch(RAISE).setVersion(RAISE).build();
        return Envelope.seal(Records.Record.newBuilder().setFloor(floor).build().toByteArray());
    }

    private static long raised(long number) {
        return Math.addExact(number, RAISE);
    }
}
