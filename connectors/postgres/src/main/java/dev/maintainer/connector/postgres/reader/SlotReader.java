package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one replication slot, on a thread of its own, into a {@link TransactionLog}. It connects again as often as it has to,
 * and goes on behind what was delivered; before each start it makes sure that the source still has all that comes after. The
 * source may forget only what {@link #confirm} says. Thread-safe.
 */
public final class SlotReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotReader.class);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LONGEST_RETRY_MILLIS = 10_000;
    private static final int TAKE_OVER_LOOKS = 200;
    private static final long TAKE_OVER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long RESOLVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How many messages or changes pass between two looks at the clock. */
    private static final int LOOK_EVERY = 256;

    private static final long JOIN_MILLIS = 30_000;

    private final WalServer server;
    private final ReaderSettings settings;
    private final TransactionLog log;
    private final ReaderTime time;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong confirmedTs;

    private volatile ReaderStatus status;
    private volatile @Nullable KnownSource known;
    private volatile long resolvedTs;
    /** Up to here the log was read. */
    private volatile long readTs;

    private final ReadPositions positions = new ReadPositions();
    /** Whoever takes a transaction may confirm it before {@link TransactionLog#offer} has returned. */
    private volatile long offeredTs;

    // Of the thread of the reader only.
    private long retryMillis = FIRST_RETRY_MILLIS;
    private @Nullable TransactionAssembler assembler;
    private int untilLook;
    private long lastResolved;

    /**
     * Begins to read.
     *
     * @param connections to the database
     * @param settings how it is read
     * @param known what was read from so far; null if nothing was, and the slot was just created
     * @param startTs everything that was committed up to this position was delivered before; at least 1
     * @param readFromTs where the log is read from, for what is committed later than {@code startTs}: a position that it had
     *     itself; at most {@code startTs}
     * @param confirmedTs up to which the source may forget, likewise; at most {@code readFromTs}
     * @param log where transactions are put
     * @return a reader, to be closed
     */
    public static SlotReader start(
            ConnectionSource connections,
            ReaderSettings settings,
            @Nullable KnownSource known,
            long startTs,
            long readFromTs,
            long confirmedTs,
            TransactionLog log) {
        SlotReader reader = new SlotReader(
                new JdbcWalServer(connections, settings),
                settings,
                known,
                startTs,
                readFromTs,
                confirmedTs,
                log,
                ReaderTime.SYSTEM);
        reader.thread.start();
        return reader;
    }

    SlotReader(
            WalServer server,
            ReaderSettings settings,
            @Nullable KnownSource known,
            long startTs,
            long readFromTs,
            long confirmedTs,
            TransactionLog log,
            ReaderTime time) {
        if (confirmedTs < 1 || confirmedTs > readFromTs || readFromTs > startTs) {
            throw new IllegalArgumentException(
                    "start after " + startTs + ", read from " + readFromTs + ", confirmed " + confirmedTs);
        }
        this.server = server;
        this.settings = settings;
        this.known = known;
        this.log = log;
        this.time = time;
        this.resolvedTs = startTs;
        this.readTs = readFromTs;
        positions.add(confirmedTs);
        positions.add(readFromTs);
        this.confirmedTs = new AtomicLong(confirmedTs);
        this.status =
                new ReaderStatus(ReaderState.CONNECTING, "", null, startTs, confirmedTs, 0, 0, 0, SlotStatus.UNKNOWN);
        this.thread = new Thread(this::run, "slot-reader-" + settings.slot());
        thread.setDaemon(true);
    }

    /**
     * What was committed up to a position is durable where it went: the source may forget it, up to where it can be read from
     * again. Lower positions than before are ignored.
     *
     * @param ts at most the position that was resolved
     */
    public void confirm(long ts) {
        long delivered = Math.max(resolvedTs, offeredTs);
        if (ts > delivered) {
            throw new IllegalStateException(
                    "up to " + Lsn.text(ts) + " is confirmed, and up to " + Lsn.text(delivered) + " was delivered");
        }
        confirmedTs.accumulateAndGet(positions.upTo(ts), Math::max);
    }

    /** {@return what it does} */
    public ReaderStatus status() {
        return status;
    }

    /** {@return what is read; to be kept with positions of it. Null if it has never been reached} */
    public @Nullable KnownSource known() {
        return known;
    }

    void run() {
        while (!isClosing()) {
            try {
                @Nullable String reason = connectAndRead();
                if (reason != null) {
                    retryAfter(reason);
                }
            } catch (MaintainerException e) {
                if (!SourceFailures.mayPass(e)) {
                    fail(e);
                    return;
                }
                retryAfter(String.valueOf(e.getMessage()));
            } catch (RuntimeException | Error e) {
                LOG.error("the reader of slot {} has a fault", settings.slot(), e);
                fail(new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the reader has a fault: " + e, e));
                throw e;
            }
        }
        become(ReaderState.CLOSED, "", null);
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void retryAfter(String reason) {
        if (isClosing()) {
            return;
        }
        if (status.state() != ReaderState.WAITING || !status.detail().equals(reason)) {
            LOG.warn("slot {}: {}", settings.slot(), reason);
        }
        become(ReaderState.WAITING, reason, null);
        long wait = retryMillis;
        retryMillis = Math.min(LONGEST_RETRY_MILLIS, 2 * retryMillis);
        try {
            if (!time.await(closing, wait)) {
                become(ReaderState.CONNECTING, reason, null);
            }
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    private void fail(MaintainerException e) {
        LOG.error(
                "slot {} is not read any further: {} {}",
                settings.slot(),
                e.code().code(),
                e.getMessage());
        become(ReaderState.FAILED, String.valueOf(e.getMessage()), e);
        log.failed(e);
    }

    private void become(ReaderState next, String detail, @Nullable MaintainerException failure) {
        ReaderState now = status.state();
        if (now != next && !now.canBecome(next)) {
            throw new IllegalStateException("a reader that is " + now + " cannot become " + next);
        }
        publish(next, detail, failure, status.slot());
    }

    private void publish(ReaderState state, String detail, @Nullable MaintainerException failure, SlotStatus slot) {
        @Nullable TransactionAssembler open = assembler;
        status = new ReaderStatus(
                state,
                detail,
                failure,
                resolvedTs,
                confirmedTs.get(),
                open == null ? 0 : open.open(),
                open == null ? 0 : open.held(),
                open == null ? 0 : open.spooled(),
                slot);
    }

    /** Returns why nothing can be read now; null if it was closed. */
    private @Nullable String connectAndRead() {
        try (WalServer.Session session = server.connect()) {
            StartDecision decision = decide(session);
            if (decision instanceof StartDecision.Wait wait) {
                return wait.reason();
            } else if (decision instanceof StartDecision.Refuse refuse) {
                throw new MaintainerException(refuse.code(), refuse.message());
            } else if (decision instanceof StartDecision.TakeOver takeOver) {
                return "the session of the reader before, " + takeOver.pid() + ", does not end";
            } else if (decision instanceof StartDecision.Start start) {
                session.start(readTs, confirmedTs.get());
                known = start.source();
                log.readsFrom(start.source());
                become(ReaderState.STREAMING, "", null);
                LOG.info("slot {} is read after {}", settings.slot(), Lsn.text(resolvedTs));
                read(session);
            }
            return null;
        }
    }

    /** The reader before would connect again, so what it held is taken at once. */
    private StartDecision decide(WalServer.Session session) {
        StartDecision decision = decideOnce(session);
        for (int i = 0; i < TAKE_OVER_LOOKS && decision instanceof StartDecision.TakeOver takeOver; i++) {
            session.terminate(takeOver.pid());
            time.pause(TAKE_OVER_NANOS);
            decision = decideOnce(session);
        }
        return decision;
    }

    private StartDecision decideOnce(WalServer.Session session) {
        @Nullable KnownSource before = known;
        return new StartCheck(settings.slot().text(), settings.publication(), settings.epoch(), resolvedTs, before)
                .decide(session.facts(before == null ? 0 : before.timeline()));
    }

    private void read(WalServer.Session session) {
        untilLook = LOOK_EVERY;
        try (TransactionAssembler messages = new TransactionAssembler(readTs, settings, () -> lookAtClock(session))) {
            assembler = messages;
            long pause = 0;
            while (!isClosing()) {
                @Nullable ByteBuffer message = session.poll();
                if (message == null) {
                    resolve(session, messages);
                    session.report(confirmedTs.get());
                    publish(ReaderState.STREAMING, "", null, session.status());
                    pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause + 100_000);
                    time.pause(pause);
                    continue;
                }
                pause = 0;
                @Nullable
                CommittedTransaction committed =
                        messages.accept(message.array(), message.arrayOffset() + message.position());
                if (committed != null) {
                    deliver(session, messages, committed);
                }
                if (lookAtClock(session) && time.nanoTime() - lastResolved >= RESOLVED_NANOS) {
                    resolve(session, messages);
                    publish(ReaderState.STREAMING, "", null, session.status());
                }
            }
        } finally {
            assembler = null;
        }
    }

    /** So that a server does not take a reader for dead that is busy with a large transaction. */
    private boolean lookAtClock(WalServer.Session session) {
        if (--untilLook > 0) {
            return false;
        }
        untilLook = LOOK_EVERY;
        session.report(confirmedTs.get());
        return true;
    }

    private void deliver(WalServer.Session session, TransactionAssembler messages, CommittedTransaction transaction) {
        if (transaction.commitTs() <= resolvedTs) {
            // It was delivered before, by another reader.
            read(transaction.commitTs());
            messages.finish();
            return;
        }
        offeredTs = transaction.commitTs();
        positions.add(offeredTs);
        while (!log.offer(transaction)) {
            publish(ReaderState.STREAMING, "there is no room for more transactions", null, session.status());
            session.report(confirmedTs.get());
            time.pause(LONGEST_PAUSE_NANOS);
            if (isClosing()) {
                return;
            }
        }
        // Whatever fails from here on, it must not be delivered again.
        resolvedTs = transaction.commitTs();
        read(transaction.commitTs());
        messages.finish();
        // What has been delivered will not come again, so the next failure is another one.
        retryMillis = FIRST_RETRY_MILLIS;
    }

    private void read(long ts) {
        readTs = ts;
        positions.add(ts);
    }

    private void resolve(WalServer.Session session, TransactionAssembler messages) {
        lastResolved = time.nanoTime();
        long ts = Math.min(session.receivedLsn(), messages.nextCommitLsn());
        if (ts > resolvedTs) {
            resolvedTs = ts;
            read(ts);
            log.resolved(ts);
            retryMillis = FIRST_RETRY_MILLIS;
        }
    }

    /** Ends the reading and waits for it, at most half a minute. Nothing more is delivered, and nothing more confirmed. */
    @Override
    public void close() {
        closing.countDown();
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the reader of slot {} still waits for the source", settings.slot());
        }
    }
}
