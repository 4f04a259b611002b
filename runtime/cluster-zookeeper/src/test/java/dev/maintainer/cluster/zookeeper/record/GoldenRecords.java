package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.StoreValue.MemberState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A record of each kind. They never change; a new part of a record gets a record of its own. */
final class GoldenRecords {
    private static final NodeId A = new NodeId("a.0123456789abcdef");
    private static final NodeId B = new NodeId("b.0123456789abcdef");
    private static final NodeAttributes ATTRIBUTES =
            new NodeAttributes("a.example.com:7400", 1, 3, new TreeMap<>(Map.of("zone", "eu-1", "rack", "7")));
    private static final NodeAttributes PLAIN = new NodeAttributes("b.example.com:7400", 2, 2, new TreeMap<>());

    private static final StoreValue.Cluster CLUSTER =
            new StoreValue.Cluster("prod", "6f1c7a52-0d6c-4b0a-8f6e-2f8f0a3b5c1d", 2, 1);

    private GoldenRecords() {}

    static Map<String, RandomValues.Sample> all() {
        Map<String, RandomValues.Sample> all = new LinkedHashMap<>();
        all.put("Leader", new RandomValues.Sample(StorePath.LEADER, new StoreValue.Leader(A, -5)));
        all.put("LeaderEpoch", new RandomValues.Sample(StorePath.LEADER_EPOCH, new StoreValue.LeaderEpoch(7, A, -5)));
        all.put(
                "Roster",
                new RandomValues.Sample(
                        StorePath.ROSTER, new StoreValue.Roster(3, new TreeMap<>(Map.of(A, ATTRIBUTES, B, PLAIN)))));
        all.put(
                "Member",
                new RandomValues.Sample(
                        StorePath.member(A), new StoreValue.Member(A, MemberState.JOINING, ATTRIBUTES, B, "")));
        all.put(
                "Member-refused",
                new RandomValues.Sample(
                        StorePath.member(B),
                        new StoreValue.Member(B, MemberState.REFUSED, PLAIN, null, "its address is taken")));
        all.put("Presence", new RandomValues.Sample(StorePath.presence(A), new StoreValue.Presence()));
        all.put("Lease", new RandomValues.Sample(StorePath.lease(A), new StoreValue.Lease(1_000)));
        all.put("Changefeed", new RandomValues.Sample(StorePath.changefeed(new ChangefeedId("orders")), changefeed(9)));
        all.put(
                "Changefeed-configured",
                new RandomValues.Sample(StorePath.changefeed(new ChangefeedId("orders")), configured()));
        all.put(
                "Progress",
                new RandomValues.Sample(
                        StorePath.progress(new ChangefeedId("orders")),
                        new StoreValue.Progress(
                                new TreeMap<>(Map.of(
                                        new ChangefeedId("orders"),
                                        new StoreValue.Progress.Checkpoint(
                                                new MaintainerEpoch(4), 449_000_000_000_000_777L),
                                        new ChangefeedId("users"),
                                        new StoreValue.Progress.Checkpoint(new MaintainerEpoch(1), 12))),
                                7,
                                31)));
        all.put("Floor", new RandomValues.Sample(StorePath.FLOOR, new StoreValue.Floor(5, 12)));
        all.put("Cluster", new RandomValues.Sample(StorePath.CLUSTER, CLUSTER));
        all.put("Cluster-raised", new RandomValues.Sample(StorePath.CLUSTER, CLUSTER.speaking(2)));
        return all;
    }

    private static StoreValue configured() {
        ChangefeedConfiguration configuration = new ChangefeedConfiguration(
                new TreeMap<>(Map.of("source", "changelog:/data/orders.log", "sink", "files:/data/out")));
        return new StoreValue.Changefeed(
                1,
                new ChangefeedMetadata(
                        new ChangefeedId("orders"),
                        new MaintainerEpoch(1),
                        1,
                        DesiredState.RUN,
                        "",
                        false,
                        configuration),
                1,
                1);
    }

    static StoreValue changefeed(long request) {
        return new StoreValue.Changefeed(
                13,
                new ChangefeedMetadata(
                        new ChangefeedId("orders"),
                        new MaintainerEpoch(4),
                        449_000_000_000_000_000L,
                        DesiredState.PAUSE,
                        "balance",
                        true,
                        ChangefeedConfiguration.NONE),
                7,
                request);
    }
}
