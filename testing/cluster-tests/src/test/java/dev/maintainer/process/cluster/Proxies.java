package dev.maintainer.process.cluster;

import dev.maintainer.process.fault.TcpProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Through which nodes reach each other and the servers of the store: so they can be cut off. Used by one thread. */
final class Proxies implements AutoCloseable {
    private final Map<String, TcpProxy> toPeers = new LinkedHashMap<>();
    private final Map<String, List<TcpProxy>> toStore = new LinkedHashMap<>();

    /** In front of what a node listens at. */
    TcpProxy peers(String name, int port) throws IOException {
        TcpProxy proxy = TcpProxy.to(port);
        toPeers.put(name, proxy);
        return proxy;
    }

    /** Between a node and each server of the store. */
    List<TcpProxy> store(String name, List<Integer> servers) throws IOException {
        List<TcpProxy> proxies = new ArrayList<>();
        toStore.put(name, proxies);
        for (int server : servers) {
            proxies.add(TcpProxy.to(server));
        }
        return proxies;
    }

    TcpProxy peersOf(String name) {
        return known(toPeers.get(name), name);
    }

    List<TcpProxy> storesOf(String name) {
        return known(toStore.get(name), name);
    }

    private static <T> T known(@Nullable T proxy, String name) {
        if (proxy == null) {
            throw new AssertionError("node " + name + " is not reached by a proxy in this scenario");
        }
        return proxy;
    }

    @Override
    public void close() {
        toPeers.values().forEach(TcpProxy::close);
        toStore.values().forEach(each -> each.forEach(TcpProxy::close));
    }
}
