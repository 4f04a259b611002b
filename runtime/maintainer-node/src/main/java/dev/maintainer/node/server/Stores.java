package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreProvider;
import java.util.ServiceLoader;

/** The kind of store that this process has on its class path. */
public final class Stores {
    private Stores() {}

    /**
     * {@return what connects with stores}
     *
     * @throws MaintainerException if there is nothing
     */
    public static StoreProvider provider() throws MaintainerException {
        return ServiceLoader.load(StoreProvider.class)
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "there is no store on the class path; start from the whole distribution"));
    }
}
