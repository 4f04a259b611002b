package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.cluster.embedded.ClusterProfile;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.cluster.embedded.NodeAssembly;
import dev.maintainer.runtime.node.NetworkProvider;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the nodes of a run reach one another: by hand-over, or by a transport that is on the class path. */
public final class RunTransports {
    /** Messages are handed over as they are. */
    public static final String IN_PROCESS = "in-process";

    private RunTransports() {}

    /**
     * Refuses a name that no transport has.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}
     */
    public static void require(String name) {
        SortedMap<String, NetworkProvider> found = found();
        if (!name.equals(IN_PROCESS) && !found.containsKey(name)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "there is no transport " + Printable.quoted(name) + "; there is " + IN_PROCESS
                            + (found.isEmpty() ? "" : ", " + String.join(", ", found.keySet())));
        }
    }

    private static SortedMap<String, NetworkProvider> found() {
        SortedMap<String, NetworkProvider> found = new TreeMap<>();
        ServiceLoader.load(NetworkProvider.class).forEach(provider -> found.put(provider.name(), provider));
        return found;
    }

    /** A cluster over the transport with this name, which ends with the cluster. */
    static EmbeddedCluster cluster(
            String name, ClusterProfile profile, NodeAssembly assembly, Path metadata, String suffix) {
        require(name);
        NetworkProvider provider = found().get(name);
        if (provider == null) {
            return new EmbeddedCluster(profile, assembly, metadata, suffix);
        }
        NetworkProvider.OwnNetwork network = provider.withinProcess();
        boolean begun = false;
        try {
            EmbeddedCluster cluster = new EmbeddedCluster(profile, assembly, metadata, suffix, network);
            begun = true;
            return cluster;
        } finally {
            if (!begun) {
                network.close();
            }
        }
    }
}
