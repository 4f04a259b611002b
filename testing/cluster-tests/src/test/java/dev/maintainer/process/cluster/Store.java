package dev.maintainer.process.cluster;

import java.util.List;
import java.util.stream.Collectors;

/** Where the nodes of a cluster keep what they agree upon. Used by one thread. */
public interface Store extends AutoCloseable {
    /** {@return the ports of its servers at the loopback address, whether they run or not} */
    List<Integer> ports();

    /** {@return these ports as nodes are told them} */
    static String connect(List<Integer> ports) {
        return ports.stream().map(each -> "127.0.0.1:" + each).collect(Collectors.joining(","));
    }

    @Override
    void close();
}
