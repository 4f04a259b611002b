package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreTls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** A handle for commands that people wait for. */
final class BlockingClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Whoever has not connected within this may have a reason that waiting does not cure. */
    private static final Duration DOUBT = Duration.ofSeconds(2);

    private static final Duration CLOSE = Duration.ofSeconds(2);

    /** What is done with a handle. */
    @FunctionalInterface
    interface Task<T> {
        /** Does it. */
        T with(ZooKeeper zooKeeper) throws KeeperException, InterruptedException;
    }

    private static final class Connected implements Handle.Listener {
        private final CountDownLatch connected = new CountDownLatch(1);

        @Override
        public void connected(Handle handle) {
            connected.countDown();
        }

        @Override
        public void disconnected(Handle handle) {}

        @Override
        public void ended(Handle handle) {}
    }

    private BlockingClient() {}

    /**
     * Does something with a handle that is connected.
     *
     * @throws MaintainerException if a file of TLS cannot be used, no server answers within some seconds, or one refuses
     */
    static <T> T with(StoreSettings settings, Task<T> task) {
        StoreTls tls = settings.tls();
        SecureClient secure = tls == null ? null : SecureClient.of(tls);
        Connected listener = new Connected();
        Handle handle = new Handle(settings, secure, listener);
        try {
            await(settings, secure, listener.connected);
            return task.with(handle.zooKeeper());
        } catch (KeeperException.NoAuthException e) {
            throw new MaintainerException(
                    ErrorCode.FOREIGN_STORE,
                    "ZooKeeper at " + settings.connect() + " keeps " + e.getPath()
                            + " for others; give the credentials of the cluster",
                    e);
        } catch (KeeperException e) {
            throw new MaintainerException(
                    ErrorCode.METADATA_UNAVAILABLE, "ZooKeeper at " + settings.connect() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.METADATA_UNAVAILABLE, "interrupted while waiting for ZooKeeper", e);
        } finally {
            handle.close(CLOSE);
            if (secure != null) {
                secure.close();
            }
        }
    }

    private static void await(StoreSettings settings, @Nullable SecureClient secure, CountDownLatch connected)
            throws InterruptedException {
        if (connected.await(DOUBT.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        ServerProbe probe = new ServerProbe(settings.connect(), secure);
        Optional<String> problem = probe.problem();
        long left = problem.isPresent() ? 0 : CONNECT.minus(DOUBT).toMillis();
        if (!connected.await(left, TimeUnit.MILLISECONDS)) {
            if (problem.isEmpty()) {
                // A machine that is busy may not have found it out at first.
                problem = probe.problem();
            }
            throw new MaintainerException(
                    ErrorCode.METADATA_UNAVAILABLE,
                    "no ZooKeeper server at " + settings.connect()
                            + problem.map(why -> " can be used: " + why)
                                    .orElse(" answers within " + CONNECT.toSeconds()
                                            + " s; start one, or correct the address"));
        }
    }
}
