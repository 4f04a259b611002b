package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreValue;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Values of each kind, with the names that go with them. */
final class RandomValues {
    private static final String[] LETTERS = {
        "a", "Z", "0", ".", "-", "_", " ", "/", "%", "ä", "\u2603", "\ud83d\ude00", "\n"
    };

    record Sample(StorePath path, StoreValue value) {}

    private final SplittableRandom random;

    RandomValues(long seed) {
        random = new SplittableRandom(seed);
    }

    Sample of(Kind kind) {
        return switch (kind) {
            case LEADER -> new Sample(StorePath.LEADER, new StoreValue.Leader(node(), random.nextLong()));
            case LEADER_EPOCH ->
                new Sample(StorePath.LEADER_EPOCH, new StoreValue.LeaderEpoch(above(1), node(), random.nextLong()));
            case ROSTER -> new Sample(StorePath.ROSTER, roster());
            case MEMBER -> {
                StoreValue.Member member = member();
                yield new Sample(StorePath.member(member.node()), member);
            }
            case PRESENCE -> new Sample(StorePath.presence(node()), new StoreValue.Presence());
            case LEASE -> new Sample(StorePath.lease(node()), new StoreValue.Lease(random.nextLong()));
            case CHANGEFEED -> {
                StoreValue.Changefeed changefeed = changefeed();
                yield new Sample(StorePath.changefeed(changefeed.metadata().changefeed()), changefeed);
            }
            case PROGRESS -> {
                StoreValue.Changefeed changefeed = changefeed();
                yield new Sample(StorePath.progress(changefeed.metadata().changefeed()), progress(changefeed));
            }
            case FLOOR -> new Sample(StorePath.FLOOR, new StoreValue.Floor(above(0), above(0)));
            case CLUSTER ->
                new Sample(
                        StorePath.CLUSTER,
                        new StoreValue.Cluster(text(20), text(20), above(0), random.nextInt(1, 100)));
        };
    }

    private long above(long least) {
        return random.nextInt(4) == 0 ? least : random.nextLong(least, Long.MAX_VALUE);
    }

    private String text(int longest) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(longest + 1);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    NodeId node() {
        return new NodeId("n" + text(12));
    }

    private NodeAttributes attributes() {
        SortedMap<String, String> labels = new TreeMap<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            labels.put(text(6), text(6));
        }
        int min = random.nextInt(1, 100);
        return new NodeAttributes(text(20), min, min + random.nextInt(100), labels);
    }

    private ChangefeedConfiguration configuration() {
        SortedMap<String, String> settings = new TreeMap<>();
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            settings.put("k" + text(6), text(20));
        }
        return new ChangefeedConfiguration(settings);
    }

    private StoreValue.Roster roster() {
        SortedMap<NodeId, NodeAttributes> members = new TreeMap<>();
        int count = random.nextInt(8);
        for (int i = 0; i < count; i++) {
            members.put(node(), attributes());
        }
        return new StoreValue.Roster(above(1), members);
    }

    private StoreValue.Member member() {
        StoreValue.MemberState[] states = StoreValue.MemberState.values();
        return new StoreValue.Member(
                node(),
                states[random.nextInt(states.length)],
                attributes(),
                random.nextBoolean() ? node() : null,
                random.nextBoolean() ? text(30) : "");
    }

    private StoreValue.Progress progress(StoreValue.Changefeed first) {
        SortedMap<ChangefeedId, StoreValue.Progress.Checkpoint> checkpoints = new TreeMap<>();
        StoreValue.Changefeed next = first;
        for (int i = random.nextInt(5); i >= 0; i--) {
            checkpoints.put(
                    next.metadata().changefeed(),
                    new StoreValue.Progress.Checkpoint(next.metadata().epoch(), random.nextLong(1, Long.MAX_VALUE)));
            next = changefeed();
        }
        return new StoreValue.Progress(checkpoints, above(1), random.nextLong());
    }

    private StoreValue.Changefeed changefeed() {
        DesiredState[] states = DesiredState.values();
        ChangefeedId changefeed = new ChangefeedId(
                "c" + random.nextInt(1_000), random.nextBoolean() ? ReplicationMode.DEFAULT : ReplicationMode.REDO);
        return new StoreValue.Changefeed(
                above(0),
                new ChangefeedMetadata(
                        changefeed,
                        new MaintainerEpoch(above(1)),
                        random.nextLong(1, Long.MAX_VALUE),
                        states[random.nextInt(states.length)],
                        text(10),
                        random.nextBoolean(),
                        configuration()),
                above(1),
                random.nextLong());
    }
}
