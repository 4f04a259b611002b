package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.cluster.zookeeper.record.RecordException.Reason;
import dev.maintainer.cluster.zookeeper.record.proto.Records;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue;
import java.nio.charset.StandardCharsets;

/** Values as messages. */
final class RecordWriter {
    private RecordWriter() {}

    static Records.Record write(StoreValue value) {
        Records.Record.Builder record = Records.Record.newBuilder();
        if (value instanceof StoreValue.Leader leader) {
            record.getLeaderBuilder().setNode(name(leader.node().value())).setAttempt(leader.attempt());
        } else if (value instanceof StoreValue.LeaderEpoch epoch) {
            record.getLeaderEpochBuilder()
                    .setEpoch(epoch.epoch())
                    .setNode(name(epoch.node().value()))
                    .setAttempt(epoch.attempt());
        } else if (value instanceof StoreValue.Roster roster) {
            write(roster, record.getRosterBuilder());
        } else if (value instanceof StoreValue.Member member) {
            write(member, record.getMemberBuilder());
        } else if (value instanceof StoreValue.Presence) {
            record.setPresence(Records.Presence.getDefaultInstance());
        } else if (value instanceof StoreValue.Lease lease) {
            record.getLeaseBuilder().setCounter(lease.counter());
        } else if (value instanceof StoreValue.Changefeed changefeed) {
            write(changefeed, record.getChangefeedBuilder());
        } else if (value instanceof StoreValue.Progress progress) {
            write(progress, record.getProgressBuilder());
        } else if (value instanceof StoreValue.Floor floor) {
            record.getFloorBuilder().setEpoch(floor.epoch()).setVersion(floor.version());
        } else if (value instanceof StoreValue.Cluster cluster) {
            write(cluster, record.getClusterBuilder());
        } else {
            throw new IllegalStateException("no form for " + value.getClass());
        }
        return record.build();
    }

    private static void write(StoreValue.Cluster cluster, Records.Cluster.Builder to) {
        to.setName(name(cluster.name())).setId(name(cluster.id())).setGeneration(cluster.generation());
        if (cluster.protocol() > 1) {
            to.setActiveProtocol(cluster.protocol());
        }
    }

    private static void write(StoreValue.Roster roster, Records.Roster.Builder to) {
        to.setVersion(roster.version());
        roster.members()
                .forEach((node, attributes) ->
                        to.addMembersBuilder().setNode(name(node.value())).setAttributes(write(attributes)));
    }

    private static void write(StoreValue.Member member, Records.Member.Builder to) {
        to.setNode(name(member.node().value()))
                .setState(write(member.state()))
                .setAttributes(write(member.attributes()));
        if (member.predecessor() != null) {
            to.setPredecessor(name(member.predecessor().value()));
        }
        if (!member.refusal().isEmpty()) {
            to.setRefusal(prose(member.refusal()));
        }
    }

    private static void write(StoreValue.Changefeed changefeed, Records.Changefeed.Builder to) {
        ChangefeedMetadata metadata = changefeed.metadata();
        to.setFirstVersion(changefeed.firstVersion())
                .setChangefeed(metadata.changefeed().toString())
                .setEpoch(metadata.epoch().value())
                .setCheckpointTs(metadata.checkpointTs())
                .setState(write(metadata.state()))
                .setScheduler(name(metadata.scheduler()))
                .setRedo(metadata.redo())
                .setLeaderEpoch(changefeed.leaderEpoch())
                .setRequest(changefeed.request());
        metadata.configuration()
                .settings()
                .forEach((key, value) ->
                        to.addConfigurationBuilder().setKey(name(key)).setValue(name(value)));
    }

    private static void write(StoreValue.Progress progress, Records.Progress.Builder to) {
        to.setLeaderEpoch(progress.leaderEpoch()).setRequest(progress.request());
        progress.checkpoints()
                .forEach((changefeed, checkpoint) -> to.addCheckpointsBuilder()
                        .setChangefeed(changefeed.toString())
                        .setEpoch(checkpoint.epoch().value())
                        .setCheckpointTs(checkpoint.checkpointTs()));
    }

    private static Records.NodeAttributes write(NodeAttributes attributes) {
        Records.NodeAttributes.Builder to = Records.NodeAttributes.newBuilder()
                .setAddress(name(attributes.address()))
                .setMinProtocol(attributes.minProtocol())
                .setMaxProtocol(attributes.maxProtocol());
        attributes
                .labels()
                .forEach((key, value) -> to.addLabelsBuilder().setKey(name(key)).setValue(name(value)));
        return to.build();
    }

    private static Records.MemberState write(StoreValue.MemberState state) {
        return switch (state) {
            case JOINING -> Records.MemberState.MEMBER_STATE_JOINING;
            case MEMBER -> Records.MemberState.MEMBER_STATE_MEMBER;
            case REFUSED -> Records.MemberState.MEMBER_STATE_REFUSED;
            case REVOKED -> Records.MemberState.MEMBER_STATE_REVOKED;
            case LEFT -> Records.MemberState.MEMBER_STATE_LEFT;
        };
    }

    private static Records.DesiredState write(DesiredState state) {
        return switch (state) {
            case RUN -> Records.DesiredState.DESIRED_STATE_RUN;
            case PAUSE -> Records.DesiredState.DESIRED_STATE_PAUSE;
            case REMOVE -> Records.DesiredState.DESIRED_STATE_REMOVE;
        };
    }

    /** Text that identifies something: with half a surrogate pair it would become something else. */
    private static String name(String text) {
        if (!Unicode.isWellFormed(text)) {
            throw new RecordException(Reason.INVALID, "a name has half a surrogate pair: " + text);
        }
        return text;
    }

    /** Text for people. */
    private static String prose(String text) {
        return Unicode.isWellFormed(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
