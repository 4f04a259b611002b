package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Who leads, the roster, and what concerns this node itself is watched from when it is first read. Directories of nodes are
 * watched by whoever lists them, which is the leader: were everybody told of each node, a thousand nodes that start would
 * cause a million reads.
 */
final class Watches {
    private final ZooKeeper zooKeeper;
    private final Layout layout;
    private final Consumer<Kind> changed;
    private final Set<StorePath> armed = ConcurrentHashMap.newKeySet();

    /** @param changed is called by a thread of ZooKeeper */
    Watches(ZooKeeper zooKeeper, Layout layout, Consumer<Kind> changed) {
        this.zooKeeper = zooKeeper;
        this.layout = layout;
        this.changed = changed;
    }

    /** Watches those of the records that matter, for as long as the session lasts. */
    void arm(List<StorePath> paths) {
        for (StorePath path : paths) {
            if (isWatched(path.kind()) && armed.add(path)) {
                zooKeeper.addWatch(
                        layout.of(path),
                        event -> happened(event),
                        AddWatchMode.PERSISTENT,
                        (code, where, context) -> {
                            if (code != Code.OK.intValue()) {
                                armed.remove(path);
                            }
                        },
                        null);
            }
        }
    }

    private static boolean isWatched(Kind kind) {
        return switch (kind) {
            case LEADER, ROSTER, MEMBER, LEASE -> true;
            case LEADER_EPOCH, PRESENCE, CHANGEFEED, PROGRESS, FLOOR, CLUSTER -> false;
        };
    }

    /** What to give to a listing; null for nothing. It is told once. */
    @Nullable
    Watcher ofDirectory(Kind kind) {
        return kind == Kind.MEMBER || kind == Kind.PRESENCE ? directories : null;
    }

    /** One object, so that listing a directory again does not add another watch. */
    private final Watcher directories = event -> happened(event);

    private void happened(WatchedEvent event) {
        if (event.getType() == EventType.None || event.getPath() == null) {
            return;
        }
        Kind kind = layout.kindOf(event.getPath());
        boolean isRenewal = kind == Kind.LEASE && event.getType() == EventType.NodeDataChanged;
        if (kind != null && !isRenewal) {
            changed.accept(kind);
        }
    }
}
