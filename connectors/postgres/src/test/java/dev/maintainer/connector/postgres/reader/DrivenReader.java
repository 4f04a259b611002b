package dev.maintainer.connector.postgres.reader;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A reader of a slot that runs on the thread of whoever calls it, and lets others act whenever it waits. */
public final class DrivenReader {
    /** The server, and all others. */
    public interface Server {
        /** What it says of itself; may fail as a server does that is away. */
        Facts facts();

        void start(long from, long confirmedTs);

        byte @Nullable [] poll();

        long receivedLsn();

        void report(long confirmedTs);

        /** The reader waits. */
        void pause();
    }

    /** What a server says of itself. */
    public record Facts(
            int timeline, long walEnd, boolean hasSlot, long confirmedLsn, Map<Integer, Long> timelineEnds) {}

    /** What is read in all worlds. */
    public static final KnownSource SOURCE = new KnownSource("7000", 5, 1, 77);

    private DrivenReader() {}

    /** A reader that has not begun. */
    public static SlotReader of(
            Server server,
            Path spool,
            KnownSource known,
            long startTs,
            long readFromTs,
            long confirmedTs,
            TransactionLog log) {
        // Little memory, so that parts go into files.
        ReaderSettings settings =
                new ReaderSettings(new SlotName("world"), "shop", 1, spool, 400, 1 << 20, Duration.ZERO);
        return new SlotReader(
                () -> session(server), settings, known, startTs, readFromTs, confirmedTs, log, time(server));
    }

    /** Reads until it is closed or has failed. */
    public static void run(SlotReader reader) {
        reader.run();
    }

    private static ReaderTime time(Server server) {
        return new ReaderTime() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public void pause(long nanos) {
                server.pause();
            }

            @Override
            public boolean await(CountDownLatch end, long millis) {
                server.pause();
                return end.getCount() == 0;
            }
        };
    }

    private static WalServer.Session session(Server server) {
        return new WalServer.Session() {
            @Override
            public SourceFacts facts(int knownTimeline) {
                Facts facts = server.facts();
                SourceFacts.Slot slot = new SourceFacts.Slot(
                        "shop", "pgoutput", false, false, facts.confirmedLsn(), 1, "reserved", null);
                return new SourceFacts(
                        new SourceFacts.Server(
                                180_000,
                                SOURCE.systemId(),
                                "shop",
                                SOURCE.databaseOid(),
                                facts.timeline(),
                                facts.walEnd(),
                                false),
                        facts.hasSlot() ? slot : null,
                        null,
                        new SourceFacts.Publication(SOURCE.publicationOid(), List.of(), false, List.of()),
                        knownTimeline == facts.timeline() ? null : new TimelineHistory(facts.timelineEnds()));
            }

            @Override
            public void terminate(int pid) {
                throw new IllegalStateException("nobody holds the slot");
            }

            @Override
            public void start(long startTs, long confirmedTs) {
                server.start(startTs, confirmedTs);
            }

            @Override
            public @Nullable ByteBuffer poll() {
                byte[] message = server.poll();
                return message == null ? null : ByteBuffer.wrap(message);
            }

            @Override
            public long receivedLsn() {
                return server.receivedLsn();
            }

            @Override
            public SlotStatus status() {
                return SlotStatus.UNKNOWN;
            }

            @Override
            public void report(long confirmedTs) {
                server.report(confirmedTs);
            }

            @Override
            public void close() {}
        };
    }
}
