package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.cluster.zookeeper.record.RecordException.Reason;
import dev.maintainer.cluster.zookeeper.record.proto.Records;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreValue;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Messages as values. What is missing is never taken for 0 or nothing. */
final class RecordReader {
    private static final int FIRST_PROTOCOL = 1;

    private RecordReader() {}

    static StoreValue read(Kind kind, Records.Record record) {
        boolean fits = switch (kind) {
            case LEADER -> record.hasLeader();
            case LEADER_EPOCH -> record.hasLeaderEpoch();
            case ROSTER -> record.hasRoster();
            case MEMBER -> record.hasMember();
            case PRESENCE -> record.hasPresence();
            case LEASE -> record.hasLease();
            case CHANGEFEED -> record.hasChangefeed();
            case PROGRESS -> record.hasProgress();
            case FLOOR -> record.hasFloor();
            case CLUSTER -> record.hasCluster();
        };
        require(fits, "the record contains " + record.getValueCase() + " where " + kind + " belongs");
        return switch (kind) {
            case LEADER -> leader(record.getLeader());
            case LEADER_EPOCH -> leaderEpoch(record.getLeaderEpoch());
            case ROSTER -> roster(record.getRoster());
            case MEMBER -> member(record.getMember());
            case PRESENCE -> new StoreValue.Presence();
            case LEASE -> lease(record.getLease());
            case CHANGEFEED -> changefeed(record.getChangefeed());
            case PROGRESS -> progress(record.getProgress());
            case FLOOR -> floor(record.getFloor());
            case CLUSTER -> cluster(record.getCluster());
        };
    }

    private static StoreValue cluster(Records.Cluster from) {
        return new StoreValue.Cluster(
                text(from.hasName(), from.getName(), "name"),
                text(from.hasId(), from.getId(), "id"),
                atLeast(0, from.hasGeneration(), from.getGeneration(), "generation"),
                from.hasActiveProtocol()
                        ? (int) atLeast(FIRST_PROTOCOL, true, from.getActiveProtocol(), "active_protocol")
                        : FIRST_PROTOCOL);
    }

    private static StoreValue leader(Records.Leader from) {
        return new StoreValue.Leader(
                node(from.hasNode(), from.getNode()), number(from.hasAttempt(), from.getAttempt(), "attempt"));
    }

    private static StoreValue leaderEpoch(Records.LeaderEpoch from) {
        return new StoreValue.LeaderEpoch(
                atLeast(1, from.hasEpoch(), from.getEpoch(), "epoch"),
                node(from.hasNode(), from.getNode()),
                number(from.hasAttempt(), from.getAttempt(), "attempt"));
    }

    private static StoreValue roster(Records.Roster from) {
        SortedMap<NodeId, NodeAttributes> members = new TreeMap<>();
        for (Records.RosterEntry entry : from.getMembersList()) {
            NodeId node = node(entry.hasNode(), entry.getNode());
            require(
                    members.put(node, attributes(entry.hasAttributes(), entry.getAttributes())) == null,
                    "node " + node + " is there twice");
        }
        return new StoreValue.Roster(atLeast(1, from.hasVersion(), from.getVersion(), "version"), members);
    }

    private static StoreValue member(Records.Member from) {
        return new StoreValue.Member(
                node(from.hasNode(), from.getNode()),
                state(from.getState()),
                attributes(from.hasAttributes(), from.getAttributes()),
                predecessor(from),
                from.getRefusal());
    }

    private static @Nullable NodeId predecessor(Records.Member from) {
        return from.hasPredecessor() ? node(true, from.getPredecessor()) : null;
    }

    private static StoreValue lease(Records.Lease from) {
        return new StoreValue.Lease(number(from.hasCounter(), from.getCounter(), "counter"));
    }

    private static StoreValue changefeed(Records.Changefeed from) {
        require(from.hasRedo(), "no redo");
        ChangefeedMetadata metadata = new ChangefeedMetadata(
                changefeedId(text(from.hasChangefeed(), from.getChangefeed(), "changefeed")),
                new MaintainerEpoch(atLeast(1, from.hasEpoch(), from.getEpoch(), "epoch")),
                checkpointTs(from.hasCheckpointTs(), from.getCheckpointTs()),
                state(from.getState()),
                text(from.hasScheduler(), from.getScheduler(), "scheduler"),
                from.getRedo(),
                configuration(from));
        return new StoreValue.Changefeed(
                atLeast(0, from.hasFirstVersion(), from.getFirstVersion(), "first_version"),
                metadata,
                atLeast(1, from.hasLeaderEpoch(), from.getLeaderEpoch(), "leader_epoch"),
                number(from.hasRequest(), from.getRequest(), "request"));
    }

    private static ChangefeedConfiguration configuration(Records.Changefeed from) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (Records.Setting setting : from.getConfigurationList()) {
            String key = text(setting.hasKey(), setting.getKey(), "key of a setting");
            require(
                    settings.put(key, text(setting.hasValue(), setting.getValue(), "value of a setting")) == null,
                    "setting " + key + " is there twice");
        }
        try {
            return new ChangefeedConfiguration(settings);
        } catch (MaintainerException e) {
            throw new RecordException(Reason.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private static StoreValue progress(Records.Progress from) {
        SortedMap<ChangefeedId, StoreValue.Progress.Checkpoint> checkpoints = new TreeMap<>();
        for (Records.ProgressEntry entry : from.getCheckpointsList()) {
            ChangefeedId changefeed = changefeedId(text(entry.hasChangefeed(), entry.getChangefeed(), "changefeed"));
            StoreValue.Progress.Checkpoint checkpoint = new StoreValue.Progress.Checkpoint(
                    new MaintainerEpoch(atLeast(1, entry.hasEpoch(), entry.getEpoch(), "epoch")),
                    checkpointTs(entry.hasCheckpointTs(), entry.getCheckpointTs()));
            require(checkpoints.put(changefeed, checkpoint) == null, "changefeed " + changefeed + " is there twice");
        }
        return new StoreValue.Progress(
                checkpoints,
                atLeast(1, from.hasLeaderEpoch(), from.getLeaderEpoch(), "leader_epoch"),
                number(from.hasRequest(), from.getRequest(), "request"));
    }

    private static StoreValue floor(Records.Floor from) {
        return new StoreValue.Floor(
                atLeast(0, from.hasEpoch(), from.getEpoch(), "epoch"),
                atLeast(0, from.hasVersion(), from.getVersion(), "version"));
    }

    private static NodeAttributes attributes(boolean present, Records.NodeAttributes from) {
        require(present, "no attributes");
        SortedMap<String, String> labels = new TreeMap<>();
        for (Records.Label label : from.getLabelsList()) {
            String key = text(label.hasKey(), label.getKey(), "key of a label");
            require(
                    labels.put(key, text(label.hasValue(), label.getValue(), "value of a label")) == null,
                    "label " + key + " is there twice");
        }
        require(from.hasMinProtocol() && from.hasMaxProtocol(), "no protocols");
        int min = from.getMinProtocol();
        int max = from.getMaxProtocol();
        require(min >= 1 && max >= min, "protocols " + min + " to " + max);
        return new NodeAttributes(text(from.hasAddress(), from.getAddress(), "address"), min, max, labels);
    }

    private static StoreValue.MemberState state(Records.MemberState from) {
        return switch (from) {
            case MEMBER_STATE_JOINING -> StoreValue.MemberState.JOINING;
            case MEMBER_STATE_MEMBER -> StoreValue.MemberState.MEMBER;
            case MEMBER_STATE_REFUSED -> StoreValue.MemberState.REFUSED;
            case MEMBER_STATE_REVOKED -> StoreValue.MemberState.REVOKED;
            case MEMBER_STATE_LEFT -> StoreValue.MemberState.LEFT;
            case MEMBER_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("state of a member", from);
        };
    }

    private static DesiredState state(Records.DesiredState from) {
        return switch (from) {
            case DESIRED_STATE_RUN -> DesiredState.RUN;
            case DESIRED_STATE_PAUSE -> DesiredState.PAUSE;
            case DESIRED_STATE_REMOVE -> DesiredState.REMOVE;
            case DESIRED_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("desired state", from);
        };
    }

    private static RecordException unknown(String what, Enum<?> from) {
        return new RecordException(Reason.INVALID, "a " + what + " that is not known here: " + from);
    }

    private static NodeId node(boolean present, String value) {
        require(present && !value.isBlank(), "no node");
        return new NodeId(value);
    }

    private static ChangefeedId changefeedId(String text) {
        try {
            return ChangefeedId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RecordException(Reason.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private static String text(boolean present, String value, String what) {
        require(present, "no " + what);
        return value;
    }

    private static long number(boolean present, long value, String what) {
        require(present, "no " + what);
        return value;
    }

    /** No node would ever begin at another one. */
    private static long checkpointTs(boolean present, long value) {
        atLeast(1, present, value, "checkpoint_ts");
        require(value < Long.MAX_VALUE, "checkpoint_ts is infinite");
        return value;
    }

    private static long atLeast(long least, boolean present, long value, String what) {
        require(present, "no " + what);
        require(value >= least, what + " " + value + " is below " + least);
        return value;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RecordException(Reason.INVALID, otherwise);
        }
    }
}
