package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.runtime.node.NetworkProvider;
import java.util.ServiceLoader;

/** What this process has on its class path. */
final class Installed {
    private Installed() {}

    /** Makes the network between nodes. */
    static NetworkProvider network() throws MaintainerException {
        return only(NetworkProvider.class, "transport");
    }

    /**
     * What is there of a kind.
     *
     * @param what its name, for people
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is nothing
     */
    static <P> P only(Class<P> provider, String what) throws MaintainerException {
        return ServiceLoader.load(provider)
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "there is no " + what + " on the class path; start this node from the whole distribution"));
    }
}
