package dev.maintainer.admin.cluster;

import dev.maintainer.admin.http.ConnectionGuard;
import dev.maintainer.admin.http.HttpListener;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.runtime.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface of one node, over HTTP: probes for whoever watches the process, and {@code /v1} for people and their tools.
 * It answers before its node is a member.
 */
public final class ClusterAdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterAdminServer.class);
    private static final int BACKLOG = 256;
    private static final int BLOCKING = 2;
    private static final int WAITING = 16;
    private static final int WAITING_CHANGES = 256;
    /** How often files with certificates are looked at. */
    private static final long RELOAD_SECONDS = 10;

    private static final long AUDIT_FILE_BYTES = 16L << 20;

    private final ClusterNode node;
    private final ClusterApi api;
    private final HttpListener listener;
    private final ThreadPoolExecutor blocking;
    private final ThreadPoolExecutor questions;
    private final ThreadPoolExecutor changes;
    private final ScheduledThreadPoolExecutor later;
    private final ApiAccess access;
    /** Null where nothing is encrypted. */
    private final @Nullable CertificateFiles tls;

    private volatile String unusable = "";
    private final AnswerCounts counts = new AnswerCounts();

    /**
     * Refuses files of roles that cannot be used.
     *
     * @param tokens as {@link ClusterAdminSettings#tokens}
     * @param certificates as {@link ClusterAdminSettings#certificates}
     * @throws MaintainerException with {@code BAD_CONFIGURATION}, saying what is wrong with one
     */
    public static void checkRoles(@Nullable Path tokens, @Nullable Path certificates) {
        ApiTokens unused = tokens == null ? null : new ApiTokens(tokens);
        ApiCertificates unusedToo = certificates == null ? null : new ApiCertificates(certificates);
    }

    private ClusterAdminServer(
            ClusterNode node, ClusterAdminSettings settings, ApiAccess access, @Nullable CertificateFiles tls) {
        this.blocking = pool("admin-validation", BLOCKING, WAITING);
        this.questions = pool("admin-questions", BLOCKING, WAITING);
        this.changes = pool("admin-changes", 1, WAITING_CHANGES);
        this.later = new ScheduledThreadPoolExecutor(1, daemon("admin-delay"));
        this.listener =
                HttpListener.at(settings.host(), settings.port(), BACKLOG, tls == null ? null : AdminTls.of(tls));
        this.node = node;
        this.access = access;
        this.tls = tls;
        ChangeAudit audit = new ChangeAudit(settings.audit(), InstantSource.system(), AUDIT_FILE_BYTES);
        this.api = new ClusterApi(node, audit, new ClusterApi.Threads(blocking, questions, changes, this::after));
        api.serve();
        ConnectionGuard guard = listener.guard();
        listener.server().setErrorHandler(ClusterHttp::malformed);
        listener.server().setHandler(new ClusterHttp(node, api, audit, guard, settings, access, counts));
        Future<?> unused = later.scheduleWithFixedDelay(
                guard::closeSlow, HttpListener.LOOK_MILLIS, HttpListener.LOOK_MILLIS, TimeUnit.MILLISECONDS);
        Future<?> unusedToo = later.scheduleWithFixedDelay(
                this::reloadCertificates, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static ThreadPoolExecutor pool(String name, int threads, int waiting) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), daemon(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private void after(Duration time, Runnable task) {
        try {
            Future<?> unused = later.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the admin interface has ended, and looks for nothing any more");
        }
    }

    /**
     * Starts to answer.
     *
     * @param node whose interface it is
     * @param settings where it listens, and to whom
     * @return a server that answers
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if the port or a file cannot be used, or if anybody could use the
     *     interface or listen in on it
     */
    public static ClusterAdminServer start(ClusterNode node, ClusterAdminSettings settings) throws MaintainerException {
        settings.check();
        CertificateFiles tls = settings.encryption() instanceof AdminEncryption.Tls files
                ? new CertificateFiles(files.files(), CertificateFiles.Condition.NONE)
                : null;
        ClusterAdminServer started = new ClusterAdminServer(node, settings, new ApiAccess(settings, tls), tls);
        try {
            started.listener.server().start();
            return started;
        } catch (Exception e) {
            started.close();
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "admin.listen " + settings.host() + ", port " + settings.port() + " cannot be used: "
                            + (e instanceof IOException ? e.getMessage() : e.toString())
                            + "; choose an address of this machine and a free port",
                    e);
        }
    }

    /**
     * Empties the node before it stops. Blocks until nothing is on it any more, for as long as allowed.
     *
     * @param atMost how long
     * @param enough whether to stop waiting
     * @param progress is told how far it is
     * @return whether nothing is on the node any more
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean drain(Duration atMost, BooleanSupplier enough, Consumer<String> progress)
            throws InterruptedException {
        return new NodeDrain(node, api).await(atMost, enough, progress);
    }

    /**
     * {@return how often there was which answer, by status and, where something was refused, code, with a blank between; a copy,
     * without probes}
     */
    public SortedMap<String, Long> answers() {
        return counts.all();
    }

    /** Reads tokens, roles and certificates again now; they are read anyhow when they seem to have changed. */
    public void reloadAccess() {
        access.reload();
        reloadCertificates();
    }

    private void reloadCertificates() {
        if (tls != null && tls.reload(this::tellOnce)) {
            unusable = "";
            LOG.info("the certificates of the admin interface have changed; they count for new connections");
        }
    }

    /** Files are looked at again and again. */
    private void tellOnce(String problem) {
        if (!problem.equals(unusable)) {
            unusable = problem;
            LOG.warn("{}", problem);
        }
    }

    /** {@return how many connections nobody known has used yet} */
    int unknownConnections() {
        return listener.unknownConnections();
    }

    /** {@return the port where it listens} */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.stop();
        blocking.shutdownNow();
        questions.shutdownNow();
        changes.shutdown();
        later.shutdownNow();
    }
}
