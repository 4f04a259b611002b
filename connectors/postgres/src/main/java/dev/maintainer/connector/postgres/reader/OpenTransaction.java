package dev.maintainer.connector.postgres.reader;

import dev.maintainer.connector.postgres.wal.Framing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a transaction whose end has not come yet: first in memory, and when that becomes too much, those so far in
 * a file. Used by one thread.
 */
final class OpenTransaction implements AutoCloseable {
    private final long xid;
    private final Framing framing;
    private final List<SetAside> held = new ArrayList<>();
    private long heldBytes;
    private long heldStored;
    private @Nullable SpoolFile file;

    /** Where each sub-transaction began, and which began in which order. */
    private final Map<Long, Long> beginnings = new HashMap<>();

    private final List<Long> subXids = new ArrayList<>();

    OpenTransaction(long xid, Framing framing) {
        this.xid = xid;
        this.framing = framing;
    }

    long xid() {
        return xid;
    }

    Framing framing() {
        return framing;
    }

    /** Bytes in memory. */
    long held() {
        return heldBytes;
    }

    /** Bytes in a file. */
    long spooled() {
        return file == null ? 0 : file.length();
    }

    void add(SetAside message) {
        if (message.subXid() != xid && beginnings.putIfAbsent(message.subXid(), spooled() + heldStored) == null) {
            subXids.add(message.subXid());
        }
        held.add(message);
        heldBytes += message.held();
        heldStored += message.stored();
    }

    /** Puts what is in memory into a file. */
    void spill(Path directory) {
        if (file == null) {
            file = new SpoolFile(directory);
        }
        file.append(held);
        held.clear();
        heldBytes = 0;
        heldStored = 0;
    }

    /**
     * A sub-transaction was rolled back: whatever came since its first message belongs to it, or to another that was rolled
     * back with it.
     */
    void cut(long subXid) {
        @Nullable Long beginning = beginnings.get(subXid);
        if (beginning == null) {
            return;
        }
        while (heldStored > 0 && spooled() + heldStored > beginning) {
            SetAside last = held.remove(held.size() - 1);
            heldBytes -= last.held();
            heldStored -= last.stored();
        }
        if (file != null && file.length() > beginning) {
            file.truncate(beginning);
        }
        while (!subXids.isEmpty() && beginnings.getOrDefault(subXids.get(subXids.size() - 1), 0L) >= beginning) {
            beginnings.remove(subXids.remove(subXids.size() - 1));
        }
    }

    /** Reads all messages from the first on. Nothing is added meanwhile. */
    Cursor read() {
        return new Cursor();
    }

    /** A place between messages. */
    final class Cursor {
        private final SpoolFile.@Nullable Cursor spooled = file == null ? null : file.read();
        private int next;

        /** The next message; null if there is none. */
        @Nullable
        SetAside next() {
            @Nullable SetAside message = spooled == null ? null : spooled.next();
            if (message != null) {
                return message;
            }
            return next < held.size() ? held.get(next++) : null;
        }
    }

    @Override
    public void close() {
        held.clear();
        if (file != null) {
            file.close();
        }
    }
}
