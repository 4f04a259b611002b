package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.cluster.zookeeper.ConnectionPhase.Event;
import dev.maintainer.membership.store.StoreConnection;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a handle of ZooKeeper, and opens another one when that has ended. State belongs to the loop; ZooKeeper's threads and
 * the timer only hand over to it.
 *
 * <p>A server that was restored from a backup refuses handles that have seen more than it knows, and says nothing. So a
 * handle that has had a session and cannot get back to it for two session timeouts is given up, although the session may be
 * alive: it is closed and the listener is told of its end before another handle is opened.
 */
final class ZooKeeperConnection implements StoreConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperConnection.class);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final long AGAIN_MILLIS = 1_000;
    private static final long FIRST_BACKOFF_MILLIS = 50;
    /** After how long without a server a reason is looked for. */
    private static final long DOUBT_MILLIS = 3_000;

    private static final long MOST_DOUBT_MILLIS = 60_000;

    private static final int MOST_DOUBLINGS = 5;
    /** What may have changed while nobody heard of changes. */
    private static final List<Kind> WATCHED = List.of(Kind.LEADER, Kind.ROSTER, Kind.LEASE);

    private final StoreSettings settings;
    /** Null if everything is said in the clear. */
    private final @Nullable SecureClient secure;

    private final Diagnosis diagnosis;
    private final Layout layout;
    private final Recognition recognition;
    private final UnreadableRecords unreadable = new UnreadableRecords();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "zookeeper-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final Handle.Listener events = new HandleEvents();
    private volatile @Nullable Handle handle;
    private @Nullable Executor loop;
    private @Nullable Listener listener;
    private ConnectionPhase phase = ConnectionPhase.WAITING;
    private @Nullable ZooKeeperSession session;
    private int failures;
    private boolean asking;
    private boolean away;
    /** Whether there was ever a server. */
    private boolean reached;

    private long silence;

    /**
     * A connection that does nothing yet.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a file of TLS cannot be used
     */
    ZooKeeperConnection(StoreSettings settings) {
        this.settings = settings;
        StoreTls tls = settings.tls();
        this.secure = tls == null ? null : SecureClient.of(tls);
        this.diagnosis = new Diagnosis(new ServerProbe(settings.connect(), secure));
        this.layout = new Layout(settings.root());
        this.recognition = new Recognition(settings, layout);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** How many requests could not be carried out because a record is unreadable or too large. Any thread. */
    long unreadable() {
        return unreadable.count();
    }

    @Override
    public void start(Executor executor, Listener hearing) {
        if (loop != null) {
            throw new IllegalStateException("started twice");
        }
        loop = executor;
        listener = hearing;
        onLoop(this::open);
    }

    @Override
    public boolean isConnected() {
        Handle now = handle;
        return now != null && now.isConnected();
    }

    @Override
    public Optional<String> problem() {
        return isConnected() ? Optional.empty() : diagnosis.problem();
    }

    @Override
    public String describe() {
        return "ZooKeeper at " + settings.connect();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        timer.shutdownNow();
        Handle now = handle;
        if (now != null) {
            now.close(CLOSE);
        }
        if (secure != null) {
            secure.close();
        }
        if (loop != null) {
            onLoop(() -> end(Event.CLOSE));
        }
    }

    private void onLoop(Runnable task) {
        try {
            started(loop).execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop has ended before the connection", e);
        }
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not started");
        }
        return part;
    }

    private void after(long millis, Runnable task) {
        try {
            Future<?> unused = timer.schedule(() -> onLoop(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private boolean take(Event event) {
        ConnectionPhase before = phase;
        phase = ConnectionPhase.TABLE.on(before, event).map(edge -> edge.next()).orElse(before);
        return phase != before;
    }

    private void open() {
        if (closed.get() || phase != ConnectionPhase.WAITING) {
            return;
        }
        Handle next;
        try {
            next = new Handle(settings, secure, events);
        } catch (RuntimeException e) {
            LOG.warn("cannot connect with {}, and will try again", settings.connect(), e);
            openLater();
            return;
        }
        handle = next;
        asking = false;
        away = false;
        silence++;
        take(Event.OPENED);
        if (closed.get()) {
            next.close();
        }
        diagnose(silence, DOUBT_MILLIS);
    }

    /**
     * Looks for a reason if there is no server for long, and again as long as there is none, less and less often: servers that
     * struggle must not have to answer that, too.
     */
    private void diagnose(long since, long wait) {
        if (secure == null && reached) {
            // There is only TLS to be found out.
            return;
        }
        after(wait, () -> {
            if (silence == since && !closed.get()) {
                diagnosis.look();
                diagnose(since, Math.min(2 * wait, MOST_DOUBT_MILLIS));
            }
        });
    }

    /** At once after a handle that was of use, and then after longer and longer. */
    private void openLater() {
        long wait =
                failures == 0 ? 0 : Math.min(AGAIN_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        after(wait, this::open);
    }

    private void connected(Handle of) {
        silence++;
        away = false;
        reached = true;
        diagnosis.forget();
        if (take(Event.CONNECTED)) {
            Duration agreed = of.sessionTimeout();
            if (!agreed.equals(settings.session())) {
                LOG.warn(
                        "the store ends silent sessions after {} ms, and not after {} ms as this process asks; change the "
                                + "tick time or the limits of session timeouts at the servers, or lease.session",
                        agreed.toMillis(),
                        settings.session().toMillis());
            }
        }
        if (phase == ConnectionPhase.RECOGNISING) {
            ask(of);
        } else if (phase == ConnectionPhase.SERVING) {
            WATCHED.forEach(this::changed);
        }
    }

    private void changed(Kind kind) {
        started(listener).changed(kind, System.nanoTime());
    }

    /** Asks which cluster the store belongs to, as of now. */
    private void ask(Handle of) {
        if (asking) {
            return;
        }
        asking = true;
        boolean[] synced = new boolean[1];
        of.zooKeeper().sync(layout.root(), (code, path, context) -> synced[0] = code == Code.OK.intValue(), null);
        of.zooKeeper()
                .getData(
                        layout.cluster(),
                        false,
                        (code, path, context, data, stat) -> {
                            boolean current = synced[0];
                            onCurrent(of, () -> recognise(of, current, code, data));
                        },
                        null);
    }

    private void recognise(Handle of, boolean current, int code, byte @Nullable [] data) {
        boolean exists = code == Code.OK.intValue();
        boolean known = current && (exists || code == Code.NONODE.intValue());
        asking = false;
        if (phase != ConnectionPhase.RECOGNISING) {
            return;
        }
        Recognition.Refusal refusal = code == Code.NOAUTH.intValue()
                ? recognition.denied()
                : known ? recognition.refusal(exists, data) : null;
        if (known && refusal == null) {
            failures = 0;
            take(Event.RECOGNISED);
            ZooKeeperSession begun = new ZooKeeperSession(
                    of.zooKeeper(), layout, Access.of(settings), this::onLoop, unreadable, this::changed);
            session = begun;
            started(listener).sessionBegun(begun, System.nanoTime());
            return;
        }
        if (refusal != null) {
            started(listener).foreign(refusal.toString());
        }
        after(AGAIN_MILLIS, () -> {
            if (of == handle && phase == ConnectionPhase.RECOGNISING) {
                ask(of);
            }
        });
    }

    private void disconnected(Handle of) {
        if (away || phase == ConnectionPhase.CONNECTING) {
            // One that has had no session has seen nothing that a server could refuse it for.
            return;
        }
        away = true;
        long since = ++silence;
        diagnose(since, DOUBT_MILLIS);
        after(2 * of.sessionTimeout().toMillis(), () -> {
            if (of == handle && silence == since) {
                LOG.warn("no server of {} takes this session back; it is given up for another one", settings.connect());
                of.close();
                end(Event.ENDED);
            }
        });
    }

    private void end(Event event) {
        if (!take(event)) {
            return;
        }
        ZooKeeperSession ended = session;
        session = null;
        if (event == Event.ENDED) {
            handle = null;
        }
        if (ended != null) {
            ended.end();
            started(listener).sessionEnded(System.nanoTime());
        }
        if (event == Event.ENDED) {
            openLater();
        }
    }

    /** Runs on the loop, unless there is another handle by then. */
    private void onCurrent(Handle of, Runnable task) {
        onLoop(() -> {
            if (of == handle) {
                task.run();
            }
        });
    }

    private final class HandleEvents implements Handle.Listener {
        @Override
        public void connected(Handle of) {
            onCurrent(of, () -> ZooKeeperConnection.this.connected(of));
        }

        @Override
        public void disconnected(Handle of) {
            onCurrent(of, () -> ZooKeeperConnection.this.disconnected(of));
        }

        @Override
        public void ended(Handle of) {
            onCurrent(of, () -> end(Event.ENDED));
        }
    }
}
