package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.reader.SourceFacts.Publication;
import dev.maintainer.connector.postgres.reader.SourceFacts.Server;
import dev.maintainer.connector.postgres.reader.SourceFacts.Slot;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server that does in each session what a test says, and in all further ones nothing. Thread-safe. */
final class ScriptedServer implements WalServer {
    /** In place of a message: the connection breaks. */
    static final byte[] BREAKS = {};

    private final Deque<List<byte[]>> sessions = new ArrayDeque<>();
    private final List<Long> starts = new ArrayList<>();
    private final List<Long> reports = new ArrayList<>();
    private int standbyLooks;
    private long receivedLsn;

    synchronized ScriptedServer session(byte[]... messages) {
        sessions.add(List.of(messages));
        return this;
    }

    synchronized ScriptedServer isStandbyFor(int looks) {
        standbyLooks = looks;
        return this;
    }

    synchronized ScriptedServer received(long lsn) {
        receivedLsn = lsn;
        return this;
    }

    synchronized List<Long> starts() {
        return List.copyOf(starts);
    }

    synchronized List<Long> reports() {
        return List.copyOf(reports);
    }

    @Override
    public synchronized Session connect() {
        return new ScriptedSession();
    }

    private final class ScriptedSession implements Session {
        private final Deque<byte[]> messages = new ArrayDeque<>();

        @Override
        public SourceFacts facts(int knownTimeline) {
            synchronized (ScriptedServer.this) {
                boolean standby = standbyLooks-- > 0;
                return new SourceFacts(
                        new Server(180006, "sys", "shop", 5, 1, 1_000_000, standby),
                        new Slot("shop", "pgoutput", false, false, 1, 1, "reserved", null),
                        null,
                        new Publication(77, List.of(), false, List.of()),
                        null);
            }
        }

        @Override
        public void terminate(int pid) {
            throw new IllegalStateException("nobody holds the slot");
        }

        @Override
        public void start(long startTs, long confirmedTs) {
            synchronized (ScriptedServer.this) {
                starts.add(startTs);
                reports.add(confirmedTs);
                messages.addAll(sessions.isEmpty() ? List.of() : sessions.remove());
            }
        }

        @Override
        public @Nullable ByteBuffer poll() {
            byte[] message = messages.poll();
            if (message == BREAKS) {
                throw new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the connection is broken");
            }
            return message == null ? null : ByteBuffer.wrap(message);
        }

        @Override
        public long receivedLsn() {
            synchronized (ScriptedServer.this) {
                return receivedLsn;
            }
        }

        @Override
        public SlotStatus status() {
            return SlotStatus.UNKNOWN;
        }

        @Override
        public void report(long confirmedTs) {
            synchronized (ScriptedServer.this) {
                reports.add(confirmedTs);
            }
        }

        @Override
        public void close() {}
    }
}
