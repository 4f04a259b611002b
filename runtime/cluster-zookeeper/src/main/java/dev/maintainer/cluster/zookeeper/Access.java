package dev.maintainer.cluster.zookeeper;

import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/** Who may do what with the records. */
final class Access {
    /** Whoever can connect: processes have no identity at the servers yet. */
    static final List<ACL> OPEN = List.of(new ACL(Perms.ALL, new Id("world", "anyone")));

    private Access() {}
}
