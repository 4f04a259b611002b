package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreConnection;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.threads.testing.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** A process with a connection and a loop of its own. */
final class Client implements AutoCloseable {
    private final ZooKeeperConnection connection;
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    final List<Kind> changes = new CopyOnWriteArrayList<>();
    final List<String> foreign = new CopyOnWriteArrayList<>();
    final List<String> story = new CopyOnWriteArrayList<>();
    private volatile @Nullable StoreSession session;
    private volatile long lastId;

    Client(StoreSettings settings) {
        connection = new ZooKeeperConnection(settings);
        connection.start(loop, new StoreConnection.Listener() {
            @Override
            public void sessionBegun(StoreSession begun, long nowNanos) {
                story.add(begun.id() == lastId ? "the same session begun" : "session begun");
                lastId = begun.id();
                session = begun;
            }

            @Override
            public void sessionEnded(long nowNanos) {
                story.add("session ended");
                session = null;
            }

            @Override
            public void changed(Kind kind, long nowNanos) {
                changes.add(kind);
            }

            @Override
            public void foreign(String reason) {
                foreign.add(reason);
            }
        });
    }

    ZooKeeperConnection connection() {
        return connection;
    }

    StoreSession session() {
        Until.holds("a session", () -> session != null, () -> story + " " + foreign);
        return Objects.requireNonNull(session);
    }

    boolean hasSession() {
        return session != null;
    }

    /** The one after the last that was seen. */
    StoreSession sessionAfter(StoreSession former) {
        Until.holds(
                "another session",
                () -> {
                    StoreSession now = session;
                    return now != null && now.id() != former.id();
                },
                () -> story);
        return session();
    }

    void onLoop(Runnable task) {
        loop.execute(task);
    }

    static <T> T of(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("waited in vain for an answer", e);
        }
    }

    CompletableFuture<StoreAnswer> send(StoreRequest request) {
        StoreSession now = session();
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        loop.execute(() -> {
            boolean[] sending = {true};
            now.send(request, (what, at) -> {
                story.add(what.getClass().getSimpleName());
                if (sending[0]) {
                    answer.completeExceptionally(new AssertionError("answered within send"));
                }
                answer.complete(what);
            });
            sending[0] = false;
        });
        return answer;
    }

    StoreAnswer commit(StoreOp... ops) {
        return of(send(new StoreRequest.Commit(ops)));
    }

    StoreAnswer read(StorePath... paths) {
        return of(send(new StoreRequest.Read(List.of(paths), true)));
    }

    @Nullable
    Stored at(StorePath path) {
        return ((StoreAnswer.Records) read(path)).at(path);
    }

    StoreAnswer all(Kind kind) {
        return of(send(new StoreRequest.ReadAll(kind, true)));
    }

    /** Ends the session as the store does when it hears nothing. */
    void killSession() {
        endSession(((ZooKeeperSession) session()).zooKeeper());
    }

    /** Whoever has id and password of a session may close it. */
    static void endSession(ZooKeeper victim) {
        CompletableFuture<Boolean> connected = new CompletableFuture<>();
        try {
            ZooKeeper twin = new ZooKeeper(
                    connectStringOf(victim),
                    victim.getSessionTimeout(),
                    (WatchedEvent event) -> {
                        if (event.getState() == KeeperState.SyncConnected) {
                            connected.complete(true);
                        }
                    },
                    victim.getSessionId(),
                    victim.getSessionPasswd());
            of(connected);
            twin.close();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String connectStringOf(ZooKeeper victim) {
        // As it prints it: remoteserver:HOST/IP:PORT.
        String text = victim.toString();
        String server = text.substring(text.indexOf("remoteserver:") + "remoteserver:".length());
        String address = server.substring(0, server.indexOf(' '));
        return address.substring(address.indexOf('/') + 1);
    }

    List<StoreAnswer> answers(List<CompletableFuture<StoreAnswer>> sent) {
        List<StoreAnswer> answers = new ArrayList<>();
        sent.forEach(each -> answers.add(of(each)));
        return answers;
    }

    @Override
    public void close() {
        connection.close();
        loop.shutdown();
    }
}
