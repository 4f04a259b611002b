package dev.maintainer.runtime.loop;

import java.util.concurrent.ThreadFactory;

/** Creates threads that do not keep a process alive. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** All of them have this name. */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
