package dev.maintainer.node.cli;

import dev.maintainer.admin.AdminDirectory;
import dev.maintainer.admin.AdminServer;
import dev.maintainer.admin.LocalClusterAdmin;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.run.RunListener;
import dev.maintainer.node.run.RunningCluster;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Opens the admin interface to the cluster of a run, and holds the cluster up if that is wanted. */
final class AdminHook implements RunListener {
    private static final long ENDING_SECONDS = 20;

    private final Path path;
    private final boolean holds;
    private final PrintWriter out;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AdminServer server;

    /**
     * Takes the directory and the port.
     *
     * @throws MaintainerException if they cannot be used; then nothing is left of the attempt
     */
    AdminHook(Path path, int port, boolean holds, PrintWriter out) throws MaintainerException {
        this.path = path;
        this.server = AdminServer.reserve(AdminDirectory.own(path), port);
        this.holds = holds;
        this.out = out;
    }

    @Override
    public boolean takesRequests() {
        return true;
    }

    @Override
    public boolean isAskedToStop() {
        return stopped.getCount() == 0;
    }

    @Override
    public void arrived(RunningCluster running) {
        LocalClusterAdmin admin =
                new LocalClusterAdmin(running.cluster(), running.schedulers(), running.tables(), running.statistics());
        server.open(admin, holds ? stopped::countDown : null);
        out.println(
                "admin interface on port " + server.port() + ": ./maintainer ctl --admin-dir " + path + " changefeeds");
        out.flush();
    }

    @Override
    public void replicated() throws InterruptedException {
        if (!holds) {
            return;
        }
        out.println("the log is replicated and the cluster stays up; end it with 'ctl stop' or Ctrl-C");
        out.flush();
        Thread main = Thread.currentThread();
        // With Ctrl-C the cluster ends in order and the summary is printed, as without --hold.
        Thread ending = new Thread(
                () -> {
                    stopped.countDown();
                    try {
                        TimeUnit.SECONDS.timedJoin(main, ENDING_SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ending");
        Runtime.getRuntime().addShutdownHook(ending);
        stopped.await();
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException e) {
            // It is what brought us here.
        }
    }

    @Override
    public void left() {
        server.close();
    }

    /** Gives directory and port back, for a run that will not begin. */
    void release() {
        server.release();
    }
}
