package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.cluster.zookeeper.record.RecordCodec;
import dev.maintainer.cluster.zookeeper.record.RecordException;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreValue.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** Makes an empty cluster: the directories, and what says which cluster it is, in one transaction. */
final class ClusterInitialiser {
    private static final byte[] NOTHING = new byte[0];
    private static final int TRIES = 5;

    private final StoreSettings settings;
    private final Layout layout;
    private final Cluster cluster;

    /** Makes a cluster with an id of its own, whose members speak a protocol. */
    ClusterInitialiser(StoreSettings settings, int protocol) {
        this.settings = settings;
        this.layout = new Layout(settings.root());
        this.cluster = new Cluster(settings.cluster(), UUID.randomUUID().toString(), 0, protocol);
    }

    /** False if it is there already. */
    boolean initialise() {
        return BlockingClient.with(settings, zooKeeper -> {
            for (int left = TRIES; ; left--) {
                try {
                    return initialise(zooKeeper);
                } catch (KeeperException.ConnectionLossException e) {
                    // Whether it has happened is read with the next try; the id tells.
                    if (left == 1) {
                        throw e;
                    }
                } catch (KeeperException.NodeExistsException e) {
                    Cluster there = read(zooKeeper, settings.root());
                    if (there == null) {
                        throw foreign("something that is no cluster is at " + settings.root() + " in "
                                + settings.connect() + "; choose another root");
                    }
                    if (left == 1) {
                        throw e;
                    }
                }
            }
        });
    }

    private boolean initialise(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        Cluster there = read(zooKeeper, settings.root());
        if (there != null) {
            if (!there.name().equals(cluster.name())) {
                throw foreign(settings.root() + " in " + settings.connect() + " belongs to the cluster '" + there.name()
                        + "'; choose another root for '" + cluster.name() + "'");
            }
            return there.id().equals(cluster.id());
        }
        makeRoot(zooKeeper);
        List<Op> ops = new ArrayList<>();
        for (String directory : layout.allDirectories()) {
            ops.add(Op.create(directory, NOTHING, Access.of(settings), CreateMode.PERSISTENT));
        }
        byte[] value = new RecordCodec().encode(StorePath.CLUSTER, cluster);
        ops.add(Op.create(layout.cluster(), value, Access.of(settings), CreateMode.PERSISTENT));
        zooKeeper.multi(ops);
        return true;
    }

    /** Refuses places within another cluster. */
    private void makeRoot(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        String root = settings.root();
        for (int end = root.indexOf('/', 1); ; end = root.indexOf('/', end + 1)) {
            String path = end < 0 ? root : root.substring(0, end);
            Cluster around = end < 0 ? null : read(zooKeeper, path);
            if (around != null) {
                throw foreign(path + " belongs to the cluster '" + around.name() + "'; choose a root outside of it");
            }
            try {
                zooKeeper.create(path, NOTHING, Access.of(settings), CreateMode.PERSISTENT);
            } catch (KeeperException.NodeExistsException e) {
                // Whoever made it: it belongs to no cluster.
            }
            if (end < 0) {
                return;
            }
        }
    }

    private static @Nullable Cluster read(ZooKeeper zooKeeper, String root)
            throws KeeperException, InterruptedException {
        String path = new Layout(root).cluster();
        try {
            return RecordCodec.cluster(zooKeeper.getData(path, false, null));
        } catch (KeeperException.NoNodeException e) {
            return null;
        } catch (RecordException e) {
            throw e.at(path);
        }
    }

    private static MaintainerException foreign(String reason) {
        return new MaintainerException(ErrorCode.FOREIGN_STORE, reason);
    }
}
