package dev.maintainer.cluster.zookeeper;

import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/** Who may do what with the records. */
final class Access {
    /**
     * Whoever can connect: processes have no identity at the servers yet. Not {@link List#of}, which refuses to be asked for
     * null, as the client does.
     */
    static final List<ACL> OPEN = Collections.singletonList(new ACL(Perms.ALL, new Id("world", "anyone")));

    private Access() {}
}
