package dev.maintainer.connector.postgres.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.DrivenReader;
import dev.maintainer.connector.postgres.reader.KnownSource;
import dev.maintainer.connector.postgres.reader.SlotReader;
import dev.maintainer.connector.postgres.reader.TransactionLog;
import dev.maintainer.connector.postgres.snapshot.DrivenCopies;
import dev.maintainer.connector.postgres.source.DrivenSource;
import dev.maintainer.connector.postgres.store.DrivenStore;
import dev.maintainer.connector.postgres.store.EventStore;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The process that reads the source: a store, a reader of the slot, and copies. */
final class WorldProcess implements DrivenReader.Server {
    private final World world;
    private final EventStore store;
    private final DrivenCopies copies;
    private final DrivenSource source;
    private final SlotReader reader;
    private @Nullable LogStream stream;
    private boolean breaks;

    /** Up to here transactions were taken, or are known not to come. */
    private long deliveredTs;

    WorldProcess(World world) {
        this.world = world;
        ConnectionSource connections =
                properties -> ModelConnection.of(new SourceSession(world.source, new SourceSession.Listener() {
                    @Override
                    public void at() throws SQLException {
                        world.mayBreak();
                    }

                    @Override
                    public void read(String table) {
                        world.comparison.copied(table, world.source.walEnd());
                    }

                    @Override
                    public void completed(String table) {
                        world.comparison.copied(table, world.source.walEnd());
                    }
                }));
        store = world.disk.open(World.IDENTITY);
        boolean isWhole = false;
        try {
            copies = new DrivenCopies(connections);
            source = DrivenSource.open(
                    connections,
                    store,
                    copies.copies(),
                    World.IDENTITY,
                    SourceTableModel.SCHEMA,
                    world.detects,
                    world.source.startTs,
                    world.control.durableCheckpoint(),
                    world.source.hasSlot ? OptionalLong.of(world.source.confirmedTs) : OptionalLong.empty());
            deliveredTs = source.startTs();
            world.durableTs = store.resolvedTs();
            reader = DrivenReader.of(
                    this,
                    world.directory.resolve("spool"),
                    world.known,
                    source.startTs(),
                    source.readFromTs(),
                    source.confirmedTs(),
                    log());
            source.begin(reader);
            isWhole = true;
        } finally {
            if (!isWhole) {
                store.close();
            }
        }
        world.tell("the source is read after " + source.startTs() + ", from " + source.readFromTs()
                + (source.goesOn() ? ", with what is stored" : ""));
    }

    private TransactionLog log() {
        TransactionLog log = source.log(known -> world.known = known);
        return new TransactionLog() {
            @Override
            public void readsFrom(KnownSource known) {
                log.readsFrom(known);
            }

            @Override
            public boolean offer(CommittedTransaction transaction) {
                boolean taken = log.offer(transaction);
                if (taken) {
                    deliveredTs = transaction.commitTs();
                }
                return taken;
            }

            @Override
            public void resolved(long ts) {
                deliveredTs = ts;
                log.resolved(ts);
            }
        };
    }

    EventStore store() {
        return store;
    }

    DrivenCopies copies() {
        return copies;
    }

    DrivenSource source() {
        return source;
    }

    long deliveredTs() {
        return deliveredTs;
    }

    /** Reads until it ends. */
    void read() {
        DrivenReader.run(reader);
    }

    void end() {
        reader.close();
    }

    /** Its connection breaks. */
    void breakOff() {
        breaks = true;
    }

    @Nullable
    MaintainerException failure() {
        return reader.status().failure();
    }

    boolean write() {
        return DrivenStore.writeWaiting(store);
    }

    void close() {
        copies.copies().close();
        store.close();
    }

    // ---- the server

    private static MaintainerException broken() {
        return new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the connection is broken");
    }

    @Override
    public DrivenReader.Facts facts() {
        breaks = false;
        return new DrivenReader.Facts(
                world.source.timeline,
                world.source.walEnd(),
                world.source.hasSlot,
                world.source.confirmedTs,
                world.source.timelineEnds);
    }

    @Override
    public void start(long from, long confirmedTs) {
        world.begins(deliveredTs, from, confirmedTs);
        stream = new LogStream(world.source, world.chance, from);
    }

    @Override
    public byte @Nullable [] poll() {
        if (breaks || (!world.isCalm() && world.chance.oneIn(60))) {
            breaks = false;
            throw broken();
        }
        if (world.chance.below(4) == 0) {
            world.act();
        }
        LogStream present = stream;
        if (present == null) {
            throw new IllegalStateException("nothing was started");
        }
        if (breaks) {
            breaks = false;
            throw broken();
        }
        return present.poll();
    }

    @Override
    public long receivedLsn() {
        if (breaks) {
            throw broken();
        }
        LogStream present = stream;
        return present == null ? 0 : present.receivedLsn();
    }

    @Override
    public void report(long confirmedTs) {
        world.confirm(confirmedTs);
    }

    @Override
    public void pause() {
        world.act();
    }
}
