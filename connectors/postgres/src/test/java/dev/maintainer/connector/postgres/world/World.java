package dev.maintainer.connector.postgres.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.postgres.reader.DrivenReader;
import dev.maintainer.connector.postgres.reader.KnownSource;
import dev.maintainer.connector.postgres.store.DrivenStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One database that is read, one that is written, and a process between them that is killed and started again. Everything happens on
 * the thread that calls {@link #run}, in an order that the seed decides: whoever waits lets others act meanwhile. The process reads its
 * slot; all others act while that waits for messages, and some also between two statements of somebody who writes.
 *
 * <p>At first anything may fail. Then nothing does any more, and in the end the sink has to have what the source has.
 */
final class World {
    static final ChangefeedId FEED = new ChangefeedId("world");
    static final String IDENTITY = "world";

    /** Of so many worlds one has a table without a key: the last one. */
    private static final int KEYLESS_EVERY = 5;

    /** From this seed on nobody notes DDLs. */
    static final long DETECTING = 1_000_000;

    /** From this seed on the process marks sync points. */
    static final long SYNCING = 2_000_000;

    /** From this seed on the sink keeps all changes, as files do. */
    static final long LOGGING = 3_000_000;

    /** From this seed on it is a database again, and keys of rows are changed, as they are where all changes are kept. */
    static final long MOVING = 4_000_000;

    /** From this seed on several spans are written together. */
    static final long JOINING = 5_000_000;

    private static final int WILD_ACTS = 700;
    private static final int MOST_CALM_ACTS = 6_000;
    private static final int MOST_PROCESSES = 400;

    final Chance chance;
    final SourceModel source;
    final SinkModel sink;
    /** What is written to in the place of {@link #sink}; null if nothing is. */
    final @Nullable LogSinkModel changes;

    final Control control;
    final SinkComparison comparison = new SinkComparison(this);
    final DrivenStore disk;
    final Path directory;
    private final SplittableRandom tears;
    private final List<String> story = new ArrayList<>();

    /** Nothing fails from now on. */
    private boolean calm;

    /** The process sees by itself what DDLs have done. */
    final boolean detects;

    /** The process marks sync points. */
    final boolean syncs;

    /** Spans are written together. */
    final boolean joins;

    /** How often some things happen, which differs from world to world. */
    private final int ddlRate;

    private final int killRate;
    private final int diskRate;
    private int acts;
    private int calmActs;
    /** What was done to the source that the process has to refuse; null if nothing was. */
    private @Nullable String loss;

    KnownSource known = DrivenReader.SOURCE;
    /** No process has written rows that are later. */
    private long writtenTs;
    /** Up to where what was read is on the disk. */
    long durableTs;

    @Nullable
    WorldProcess process;

    World(long seed, Path directory) {
        this.chance = new Chance(seed);
        this.tears = new SplittableRandom(~seed);
        this.directory = directory;
        this.detects = seed >= DETECTING && seed < SYNCING;
        this.syncs = seed >= SYNCING && seed < LOGGING;
        this.joins = seed >= JOINING;
        this.changes = seed >= LOGGING && seed < MOVING ? new LogSinkModel(this) : null;
        this.ddlRate = chance.of(List.of(1, 2, 6));
        this.killRate = chance.of(List.of(2, 5, 30));
        this.diskRate = chance.of(List.of(2, 5));
        this.source = new SourceModel(
                chance,
                (joins ? 2 : 1) + chance.below(2),
                (seed < LOGGING || joins) && seed % KEYLESS_EVERY == KEYLESS_EVERY - 1);
        if (changes != null) {
            source.users.countChanges();
        }
        if (seed >= LOGGING && !joins) {
            source.users.changeKeys();
        }
        for (int i = chance.below(12); i > 0; i--) {
            source.users.commitRows();
        }
        source.beginHere();
        source.placeNotes();
        source.detected.begin(IDENTITY, source.startTs, source.tables.values());
        this.control = new Control(this);
        this.sink = new SinkModel(control, new CommitCheck(this));
        this.disk = new DrivenStore(directory.resolve("rows"), this::beforeForce);
    }

    /** What happened, for people. */
    List<String> story() {
        return story;
    }

    void tell(String what) {
        story.add(acts + calmActs + ": " + what);
    }

    boolean isCalm() {
        return calm;
    }

    /** What is in the sink when everything up to a position is, as {@link SourceModel#contents} has it. */
    Map<String, SortedMap<String, Map<String, String>>> sinkContents(long ts) {
        return changes == null ? sink.contents() : changes.contents(ts);
    }

    private void beforeForce(long ts) {
        WorldProcess present = process;
        if (present != null && present.store().resolvedTs() >= ts && durableTs < ts) {
            throw new Violated(
                    Law.RESOLVED_IS_DURABLE,
                    "resolved is " + present.store().resolvedTs() + ", and " + ts + " is not on the disk yet");
        }
        if (!calm && chance.oneIn(40)) {
            tell("the process is killed with rows that are not on the disk yet");
            throw new Killed();
        }
        durableTs = ts;
    }

    /** Lives until all is over; what is wrong is thrown as {@link Violated}. */
    void run() {
        try {
            for (int i = 0; i < MOST_PROCESSES; i++) {
                if (live()) {
                    return;
                }
            }
            throw new Violated(Law.SETTLES, "processes end again and again");
        } catch (Violated | Killed e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw new IllegalStateException("a fault of the world itself: " + e, e);
        }
    }

    /** One life of the process; whether all is over. */
    private boolean live() {
        WorldProcess born = null;
        try {
            tell("a process begins");
            born = new WorldProcess(this);
            process = born;
            born.read();
            return hasEnded(born);
        } catch (Killed e) {
            tell("the process is killed");
            return false;
        } catch (MaintainerException e) {
            tell("the process cannot begin: " + e.getMessage());
            if (e.code() == ErrorCode.SOURCE_HISTORY_LOST && loss != null) {
                return true;
            }
            require(e);
            if (!calm) {
                acts++;
                source.users.commitRows();
            }
            return false;
        } catch (IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | NullPointerException e) {
            throw fault(e);
        } finally {
            process = null;
            control.processEnded();
            if (born != null) {
                writtenTs = Math.max(writtenTs, born.deliveredTs());
                born.close();
            }
            disk.tear(tears);
            if (!calm && loss == null && chance.oneIn(diskRate)) {
                tell("its disk is lost");
                disk.lose();
            }
        }
    }

    private static Violated fault(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        Violated violated = new Violated(Law.NO_FAULT, e + (trace.length == 0 ? "" : " at " + trace[0]));
        violated.initCause(e);
        return violated;
    }

    private boolean hasEnded(WorldProcess ended) {
        MaintainerException failure = ended.failure();
        if (failure == null) {
            return control.isSettled();
        }
        tell("the reader ends: " + failure.getMessage());
        if (failure.code() == ErrorCode.SOURCE_HISTORY_LOST && loss != null) {
            return true;
        }
        require(failure);
        return false;
    }

    /** Whether somebody may say that. */
    void require(MaintainerException e) {
        boolean mayBe = switch (e.code()) {
            case SINK_UNAVAILABLE, SOURCE_UNAVAILABLE, SINK_FENCED -> !calm;
            // Of a DDL that was executed the process has not read yet.
            case DISPATCHER_CREATION_FAILED -> true;
            default -> false;
        };
        if (!mayBe) {
            Violated violated = new Violated(Law.NO_FAULT, e.code() + " " + e.getMessage());
            violated.initCause(e);
            throw violated;
        }
    }

    // ---- what happens

    /** Something happens, while the reader waits. */
    void act() {
        if (!calm && ++acts > WILD_ACTS && loss == null && !control.isHalfway()) {
            calm = true;
            tell("nothing fails any more");
            control.closeFormer();
            source.mark();
        }
        if (acts > 2 * WILD_ACTS) {
            throw new Violated(Law.LOSS_IS_TOLD, String.valueOf(loss));
        }
        if (calm) {
            actCalmly();
            return;
        }
        if (detects && chance.oneIn(25)) {
            look();
            return;
        }
        if (syncs && chance.oneIn(25)) {
            markSyncPoint();
            return;
        }
        switch (chance.below(60)) {
            case 0, 1, 2, 3 -> source.users.commitRows();
            case 4 -> source.mark();
            case 5 -> {
                if (chance.oneIn(ddlRate)) {
                    commitDdl();
                    tell("a DDL at " + source.lastCommitTs());
                }
            }
            case 6 -> {
                if (chance.oneIn(killRate)) {
                    throw new Killed();
                }
            }
            case 7 -> {
                if (chance.oneIn(12)) {
                    harm();
                }
            }
            default -> control.act();
        }
    }

    private void commitDdl() {
        WorldProcess present = process;
        if (detects) {
            // What is told of a column that is gone when it is read cannot be followed.
            source.users.commitUnnotedDdl(present != null && present.deliveredTs() >= source.lastCommitTs());
        } else {
            source.users.commitDdl();
        }
    }

    /** The process looks into the catalog. */
    private void look() {
        WorldProcess present = process;
        if (present != null) {
            try {
                boolean unused = present.source().finds();
            } catch (MaintainerException e) {
                tell("in vain: " + e.getMessage());
                require(e);
            }
        }
    }

    /** The process marks a sync point, if it is time for one. */
    private void markSyncPoint() {
        WorldProcess present = process;
        if (present != null) {
            try {
                present.source().markSyncPoint();
            } catch (MaintainerException e) {
                tell("in vain: " + e.getMessage());
                require(e);
            }
        }
    }

    private void actCalmly() {
        if (++calmActs > MOST_CALM_ACTS) {
            throw new Violated(Law.SETTLES, control.toString());
        }
        control.act();
        if (control.isSettled()) {
            comparison.requireEqual(Law.EQUAL, source.contents(), Long.MAX_VALUE);
            control.requireAllNoted();
            WorldProcess present = process;
            if (present != null) {
                present.end();
            }
        }
    }

    /** The source loses what it should not, or seems to. */
    private void harm() {
        WorldProcess present = process;
        if (present == null || loss != null) {
            return;
        }
        writtenTs = Math.max(writtenTs, present.deliveredTs());
        switch (chance.below(16)) {
            case 0 -> {
                loss = "the slot was dropped";
                source.dropSlot();
            }
            case 1 -> {
                loss = "the slot was dropped and made anew";
                source.makeSlotAnew();
            }
            case 2 -> {
                // What was read is on the disk: whoever begins again has it, too.
                long upTo = durableTs - 1 - chance.below(60);
                if (upTo > source.startTs) {
                    loss = "a standby was promoted that lacks what was read, behind " + upTo;
                    source.promote(upTo);
                }
            }
            default -> {
                // One that lacks what a process before has written, or what a copy has seen, is not noticed.
                long least = Math.max(writtenTs, source.seenTs);
                long upTo = chance.between(least, Math.max(least, source.walEnd()));
                tell("a standby is promoted, with what was up to " + upTo);
                source.promote(upTo);
            }
        }
        if (loss != null) {
            tell(loss);
        }
        present.breakOff();
    }

    // ---- what the source hears

    /** A session of the slot begins at a position. */
    void begins(long deliveredTs, long from, long confirmed) {
        confirm(confirmed);
        long first = Math.max(from, source.confirmedTs);
        if (source.lacks(deliveredTs, first)) {
            throw new Violated(
                    Law.LOSS_IS_TOLD,
                    "the log is read from " + first + ", and something behind " + deliveredTs + " is before that");
        }
        if (loss != null) {
            throw new Violated(Law.LOSS_IS_TOLD, loss + ", and the slot is read");
        }
    }

    void confirm(long ts) {
        if (ts > control.durableCheckpoint() && ts > source.startTs) {
            throw new Violated(
                    Law.CONFIRMED_IS_DURABLE,
                    ts + " is confirmed, and the durable checkpoint is " + control.durableCheckpoint());
        }
        if (source.hasSlot) {
            source.confirmedTs = Math.max(source.confirmedTs, ts);
        }
    }

    /** A connection to the source may break at any time. */
    void mayBreak() throws SQLException {
        if (!calm && chance.oneIn(40)) {
            throw new SQLException("the connection is broken", "08006");
        }
    }
}
