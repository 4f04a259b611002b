package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.zookeeper.common.PathUtils;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private final Layout layout = new Layout("/maintainer");

    @Test
    @DisplayName("where records are is part of the format, and stays")
    void places() {
        assertThat(layout.cluster()).isEqualTo("/maintainer/cluster");
        assertThat(layout.of(StorePath.LEADER)).isEqualTo("/maintainer/leader");
        assertThat(layout.of(StorePath.LEADER_EPOCH)).isEqualTo("/maintainer/leader-epoch");
        assertThat(layout.of(StorePath.ROSTER)).isEqualTo("/maintainer/roster");
        assertThat(layout.of(StorePath.FLOOR)).isEqualTo("/maintainer/floor");
        assertThat(layout.of(StorePath.member(new NodeId("a.01")))).isEqualTo("/maintainer/members/a.01");
        assertThat(layout.of(StorePath.presence(new NodeId("a.01")))).isEqualTo("/maintainer/nodes/a.01");
        assertThat(layout.of(StorePath.lease(new NodeId("ä/b")))).isEqualTo("/maintainer/leases/%C3%A4%2Fb");
        assertThat(layout.of(StorePath.changefeed(new ChangefeedId("orders"))))
                .isEqualTo("/maintainer/changefeeds/8a/orders");
        assertThat(layout.of(StorePath.changefeed(new ChangefeedId("orders", ReplicationMode.REDO))))
                .isEqualTo("/maintainer/changefeeds/ee/orders%2Fredo");
    }

    @Test
    @DisplayName("each name has a place of its own that ZooKeeper takes, and is read again from it")
    void names() {
        SplittableRandom random = new SplittableRandom(4);
        Map<String, String> taken = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(1, 6);
            for (int at = 0; at < length; at++) {
                text.appendCodePoint(
                        random.nextBoolean() ? "./%-aZ ".codePointAt(random.nextInt(7)) : random.nextInt(0xd800));
            }
            String name = text.toString();
            if (name.isBlank()) {
                continue;
            }
            String path = layout.of(StorePath.member(new NodeId(name)));
            PathUtils.validatePath(path);
            assertThat(taken.merge(path, name, (before, now) -> before)).isEqualTo(name);
            assertThat(layout.recordIn(Kind.MEMBER, "/maintainer/members", path.substring(20)))
                    .contains(StorePath.member(new NodeId(name)));
        }
    }

    @Test
    @DisplayName("what no release has made is no record")
    void strangers() {
        for (String child : new String[] {"a b", "%", "%4", "%41", "%c3%a4", "%FF", "..", "ä", "%20"}) {
            assertThat(layout.recordIn(Kind.MEMBER, "/maintainer/members", child))
                    .as(child)
                    .isEmpty();
        }
        assertThat(layout.recordIn(Kind.CHANGEFEED, "/maintainer/changefeeds/00", "orders"))
                .as("in the directory of another name")
                .isEmpty();
    }

    @Test
    @DisplayName("where something happened tells what kind of record may have changed")
    void kinds() {
        assertThat(layout.kindOf("/maintainer/members")).isEqualTo(Kind.MEMBER);
        assertThat(layout.kindOf("/maintainer/leases/a")).isEqualTo(Kind.LEASE);
        assertThat(layout.kindOf("/maintainer/leader")).isEqualTo(Kind.LEADER);
        assertThat(layout.kindOf("/maintainer/leader-epoch")).isEqualTo(Kind.LEADER_EPOCH);
        assertThat(layout.kindOf("/maintainer/cluster")).isEqualTo(Kind.CLUSTER);
        assertThat(layout.kindOf("/maintainer/progress/17")).isEqualTo(Kind.PROGRESS);
        assertThat(layout.kindOf("/maintainer/clusters")).isNull();
        assertThat(layout.kindOf("/maintainer/membership")).isNull();
    }
}
