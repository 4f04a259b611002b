package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreCredentials;
import dev.maintainer.membership.store.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/** Who may do what with the records: whoever can connect, or whoever has the credentials of the cluster. */
final class Access {
    /** Not {@link List#of}, which refuses to be asked for null, as the client does. */
    static final List<ACL> OPEN = Collections.singletonList(new ACL(Perms.ALL, new Id("world", "anyone")));

    private static final List<ACL> OURS = Collections.singletonList(new ACL(Perms.ALL, new Id("auth", "")));

    private Access() {}

    /** What records are created with. */
    static List<ACL> of(StoreSettings settings) {
        return settings.credentials() == null ? OPEN : OURS;
    }

    /** Shows the servers that a handle belongs to the cluster; before it asks for anything. */
    static void authenticate(ZooKeeper zooKeeper, StoreSettings settings) {
        StoreCredentials credentials = settings.credentials();
        if (credentials != null) {
            String text = credentials.user() + ":" + credentials.password();
            zooKeeper.addAuthInfo("digest", text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
