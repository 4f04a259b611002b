package dev.maintainer.connector.postgres.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.sink.DrivenSink;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who writes what: spans with their durable checkpoints, their dispatchers and those before them that write on, the owners, and the
 * DDLs. It survives the process; what it says of checkpoints is durable.
 */
final class Control implements SinkModel.Interruptions {
    private static final int MOST_FORMER = 4;

    /** A span and what is known of it. */
    private static final class Assignment {
        final TableSpan span;
        long checkpointTs;

        @Nullable
        WorldDispatcher dispatcher;

        Assignment(TableSpan span, long checkpointTs) {
            this.span = span;
            this.checkpointTs = checkpointTs;
        }
    }

    private final World world;
    private final List<Assignment> assignments = new ArrayList<>();
    private final List<WorldDispatcher> former = new ArrayList<>();
    private final List<SpanBound> cuts = new ArrayList<>();
    private final SinkConnections connections;
    private @Nullable Sink owner;
    private @Nullable DdlReader ddls;
    private @Nullable List<DdlEvent> pendingDdls;
    private @Nullable BlockReader syncPoints;
    /** The next sync point, once everything up to there was read; {@link RowReader#NONE} if it is not known. */
    private long pendingSyncPoint = RowReader.NONE;
    /** All sync points up to here are over. */
    private long syncPointTs;

    private final TreeSet<Long> metSyncPoints = new TreeSet<>();
    private boolean ddlBusy;
    private long epoch;
    /** All DDLs up to here were executed. */
    private long ddlTs;

    private long durableCheckpoint;
    private long nextDispatcher = 1;
    private int depth;

    Control(World world) {
        this.world = world;
        this.connections = new SinkConnections(world);
        this.ddlTs = world.source.startTs;
        this.syncPointTs = world.source.startTs;
        this.durableCheckpoint = world.source.startTs;
    }

    long durableCheckpoint() {
        return durableCheckpoint;
    }

    void processEnded() {
        assignments.forEach(assignment -> assignment.dispatcher = null);
        former.clear();
        owner = null;
        ddls = null;
        pendingDdls = null;
        syncPoints = null;
        pendingSyncPoint = RowReader.NONE;
        ddlBusy = false;
        connections.turnOf(List.of());
        depth = 0;
    }

    /** Those that were superseded have heard of it. */
    void closeFormer() {
        former.forEach(WorldDispatcher::close);
        former.clear();
    }

    /** Whether somebody stands still in the middle of something. */
    boolean isHalfway() {
        return depth > 0;
    }

    // ---- acts

    void act() {
        WorldProcess process = world.process;
        if (process == null) {
            return;
        }
        try {
            act(process);
        } catch (MaintainerException e) {
            world.tell("in vain: " + e.getMessage());
            world.require(e);
        }
    }

    private void act(WorldProcess process) {
        Chance chance = world.chance;
        int most = world.isCalm() ? 20 : 24;
        switch (chance.below(most)) {
            case 0, 1, 2 -> process.write();
            case 3, 4, 5 -> {
                if (process.copies().waiting() > 0) {
                    process.copies().read(chance.below(process.copies().waiting()));
                }
            }
            case 6, 7 -> persist(process);
            case 8, 9, 10 -> blockEvent(process);
            case 20 -> rearrange();
            case 21, 22, 23 -> {
                if (!former.isEmpty()) {
                    turnOfFormer(process, chance.of(former));
                }
            }
            default -> {
                if (world.joins && chance.oneIn(2)) {
                    turnTogether(process);
                } else if (!assignments.isEmpty()) {
                    turn(process, chance.of(assignments));
                }
            }
        }
    }

    private void rearrange() {
        switch (world.chance.below(depth > 0 ? 4 : 12)) {
            case 0 -> fence();
            case 1 -> split();
            case 2 -> merge();
            case 3 -> move();
            default -> {
                // Mostly things stay as they are, or no copy would ever end.
            }
        }
    }

    /** An owner with a later epoch; the dispatchers of the one before write on for as long as they may. */
    private void fence() {
        // Of one that was not heard of it is not known whether it has happened.
        epoch++;
        owner = null;
        assignments.forEach(this::supersede);
        Sink sink = world.changes;
        if (sink == null) {
            sink = DrivenSink.open(connections, World.FEED, World.IDENTITY);
        }
        long mine = epoch;
        sink.fence(World.FEED, new MaintainerEpoch(mine));
        if (mine == epoch) {
            world.tell("epoch " + epoch);
            owner = sink;
        }
    }

    private Sink owner() {
        Sink present = owner;
        if (present == null) {
            fence();
            present = owner;
        }
        if (present == null) {
            throw new MaintainerException(ErrorCode.SINK_FENCED, "another owner has come meanwhile");
        }
        return present;
    }

    private void supersede(Assignment assignment) {
        WorldDispatcher dispatcher = assignment.dispatcher;
        assignment.dispatcher = null;
        if (dispatcher != null && world.isCalm()) {
            dispatcher.close();
        } else if (dispatcher != null) {
            former.add(dispatcher);
            if (former.size() > MOST_FORMER && !former.get(0).busy) {
                former.remove(0).close();
            }
        }
    }

    private void move() {
        if (!assignments.isEmpty()) {
            Assignment moved = world.chance.of(assignments);
            persist(moved);
            supersede(moved);
        }
    }

    private void split() {
        if (assignments.isEmpty() || cuts.isEmpty()) {
            return;
        }
        Assignment whole = world.chance.of(assignments);
        SpanBound cut = world.chance.of(cuts);
        if (world.source.isKeyless(whole.span.table().value() & 0xFFFF_FFFFL)) {
            return;
        }
        if (whole.span.start().compareTo(cut) >= 0 || cut.compareTo(whole.span.end()) >= 0) {
            return;
        }
        persist(whole);
        supersede(whole);
        assignments.remove(whole);
        TableId table = whole.span.table();
        assignments.add(new Assignment(new TableSpan(table, whole.span.start(), cut), whole.checkpointTs));
        assignments.add(new Assignment(new TableSpan(table, cut, whole.span.end()), whole.checkpointTs));
    }

    private void merge() {
        for (Assignment left : assignments) {
            for (Assignment right : assignments) {
                if (left.span.adjoins(right.span)) {
                    persist(left);
                    persist(right);
                    supersede(left);
                    supersede(right);
                    assignments.remove(left);
                    assignments.remove(right);
                    assignments.add(new Assignment(
                            new TableSpan(left.span.table(), left.span.start(), right.span.end()),
                            Math.min(left.checkpointTs, right.checkpointTs)));
                    return;
                }
            }
        }
    }

    // ---- rows

    private long nextDdlTs(WorldProcess process) {
        List<DdlEvent> pending = pendingDdls;
        if (pending != null) {
            return pending.get(0).commitTs();
        }
        return ddls(process).nextTs();
    }

    /** Where dispatchers wait next: at a DDL, or at a sync point of those that were read. */
    private long nextBlockTs(WorldProcess process) {
        return Math.min(nextDdlTs(process), nextSyncPointTs(process));
    }

    private long nextSyncPointTs(WorldProcess process) {
        if (!world.syncs) {
            return RowReader.NONE;
        }
        BlockReader reader = syncPoints;
        if (reader == null) {
            reader = process.source().blocks(syncPointTs);
            syncPoints = reader;
        }
        while (pendingSyncPoint == RowReader.NONE) {
            BlockEvent event = reader.poll(process.store().resolvedTs());
            if (event == null) {
                break;
            }
            if (event.key().kind() == BlockKind.SYNC_POINT) {
                pendingSyncPoint = event.key().commitTs();
                metSyncPoints.add(pendingSyncPoint);
            }
        }
        return pendingSyncPoint;
    }

    private DdlReader ddls(WorldProcess process) {
        DdlReader reader = ddls;
        if (reader == null) {
            reader = process.source().ddls(ddlTs);
            ddls = reader;
        }
        return reader;
    }

    private void turn(WorldProcess process, Assignment assignment) {
        WorldDispatcher dispatcher = assignment.dispatcher;
        try {
            if (dispatcher == null) {
                dispatcher = open(process, assignment);
            }
            if (dispatcher.busy) {
                return;
            }
            if (turn(process, dispatcher) != WriteResult.DURABLE && assignment.dispatcher == dispatcher) {
                assignment.dispatcher = null;
                dispatcher.close();
            }
        } catch (MaintainerException e) {
            if (dispatcher != null && assignment.dispatcher == dispatcher) {
                assignment.dispatcher = null;
                dispatcher.close();
            }
            if (assignments.contains(assignment)) {
                throw e;
            }
            // The span is somebody else's by now, and what this one wants to read may be forgotten.
        }
    }

    private WorldDispatcher open(WorldProcess process, Assignment assignment) {
        long mine = epoch;
        Sink sink = owner();
        SpanWriter writer = writer(sink, assignment.span);
        RowReader reader = process.source().rows(assignment.span, assignment.checkpointTs, writer::completeParts);
        WorldDispatcher opened =
                new WorldDispatcher(assignment.span, mine, assignment.checkpointTs, reader, sink, writer);
        WorldDispatcher meanwhile = assignment.dispatcher;
        if (meanwhile != null) {
            meanwhile.close();
        }
        assignment.dispatcher = opened;
        world.tell("dispatcher of " + assignment.span + " from " + assignment.checkpointTs);
        return opened;
    }

    private SpanWriter writer(Sink sink, TableSpan span) {
        MaintainerEpoch mine = new MaintainerEpoch(epoch);
        return sink.open(span, new DispatcherId(1, nextDispatcher++), mine, () -> mine);
    }

    /** Several of those that write to the same sink, former ones included. */
    private void turnTogether(WorldProcess process) {
        List<WorldDispatcher> all = new ArrayList<>(former);
        for (Assignment assignment : assignments) {
            WorldDispatcher dispatcher = assignment.dispatcher;
            if (dispatcher != null) {
                all.add(dispatcher);
            }
        }
        if (all.isEmpty()) {
            return;
        }
        Sink sink = world.chance.of(all).sink;
        Map<WorldDispatcher, SpanBatch> joined = new LinkedHashMap<>();
        long upTo = Math.min(process.store().resolvedTs(), nextBlockTs(process));
        for (WorldDispatcher dispatcher : all) {
            if (dispatcher.sink == sink && !dispatcher.busy && !world.chance.oneIn(4)) {
                join(dispatcher, upTo, joined);
            }
        }
        boolean isDurable = false;
        List<WorldDispatcher> before = connections.turnOf(List.copyOf(joined.keySet()));
        try {
            isDurable = joined.size() > 1 && sink.writeTogether(List.copyOf(joined.values()));
        } finally {
            connections.turnOf(before);
            for (WorldDispatcher dispatcher : joined.keySet()) {
                dispatcher.leave(isDurable, joined.size() > 1);
            }
        }
        if (isDurable) {
            joined.keySet().forEach(dispatcher -> dispatcher.complete(limit(process)));
        }
    }

    private void join(WorldDispatcher dispatcher, long upTo, Map<WorldDispatcher, SpanBatch> joined) {
        try {
            SpanBatch batch = dispatcher.join(1 + world.chance.below(6), upTo, world.source);
            if (batch != null) {
                batch.rows().forEach(event -> cuts.add(event.position()));
                joined.put(dispatcher, batch);
            }
        } catch (MaintainerException e) {
            // It hears of that again when it has its turn.
            world.tell("in vain: " + e.getMessage());
        }
    }

    private WriteResult turn(WorldProcess process, WorldDispatcher dispatcher) {
        List<WorldDispatcher> before = connections.turnOf(List.of(dispatcher));
        try {
            long upTo = Math.min(process.store().resolvedTs(), nextBlockTs(process));
            WriteResult result = dispatcher.turn(1 + world.chance.below(6), upTo, world.source);
            for (RowEvent event : dispatcher.batch()) {
                cuts.add(event.position());
            }
            if (result == WriteResult.DURABLE) {
                dispatcher.complete(limit(process));
            }
            return result;
        } finally {
            connections.turnOf(before);
        }
    }

    private void turnOfFormer(WorldProcess process, WorldDispatcher dispatcher) {
        if (dispatcher.busy) {
            return;
        }
        try {
            if (turn(process, dispatcher) == WriteResult.SEALED) {
                former.remove(dispatcher);
                dispatcher.close();
            }
        } catch (MaintainerException e) {
            // It is late: what it reads may be forgotten, and what it writes to may be gone.
            former.remove(dispatcher);
            dispatcher.close();
        }
    }

    /** No dispatcher is beyond a DDL that was not executed, or a sync point that was not noted. */
    private long limit(WorldProcess process) {
        long next = nextBlockTs(process);
        long resolved = process.store().resolvedTs();
        return next == RowReader.NONE ? resolved : Math.min(resolved, next - 1);
    }

    // ---- checkpoints

    private void persist(Assignment assignment) {
        WorldProcess process = world.process;
        WorldDispatcher dispatcher = assignment.dispatcher;
        if (dispatcher != null && process != null) {
            assignment.checkpointTs = Math.max(assignment.checkpointTs, dispatcher.checkpointTs(limit(process)));
        }
    }

    private void persist(WorldProcess process) {
        assignments.forEach(this::persist);
        long checkpoint = Math.max(ddlTs, limit(process));
        for (Assignment assignment : assignments) {
            checkpoint = Math.min(checkpoint, assignment.checkpointTs);
        }
        durableCheckpoint = Math.max(durableCheckpoint, checkpoint);
        process.source().durable(durableCheckpoint);
    }

    // ---- DDLs and sync points

    private void blockEvent(WorldProcess process) {
        if (nextSyncPointTs(process) < nextDdlTs(process)) {
            syncPoint(process);
        } else {
            ddl(process);
        }
    }

    private void syncPoint(WorldProcess process) {
        long ts = pendingSyncPoint;
        if (ddlBusy || !haveReached(process, ts)) {
            return;
        }
        ddlBusy = true;
        try {
            WriteResult result = writer(owner(), TableSpan.DDL).writeSyncPoint(ts, 0);
            if (result == WriteResult.DURABLE && pendingSyncPoint == ts) {
                world.tell("sync point " + ts);
                syncPointTs = ts;
                pendingSyncPoint = RowReader.NONE;
            }
        } finally {
            ddlBusy = false;
        }
    }

    private void ddl(WorldProcess process) {
        if (ddlBusy) {
            return;
        }
        ddlBusy = true;
        try {
            if (pendingDdls == null) {
                List<DdlEvent> polled = ddls(process).poll(process.store().resolvedTs());
                pendingDdls = polled.isEmpty() ? null : polled;
            }
            List<DdlEvent> pending = pendingDdls;
            if (pending != null && haveReached(process, pending.get(0).commitTs())) {
                execute(pending);
            }
        } finally {
            ddlBusy = false;
        }
    }

    private boolean haveReached(WorldProcess process, long ts) {
        for (Assignment assignment : assignments) {
            WorldDispatcher dispatcher = assignment.dispatcher;
            if (dispatcher == null || dispatcher.busy || dispatcher.checkpointTs(ts) < ts) {
                return false;
            }
        }
        return process.store().resolvedTs() >= ts;
    }

    private void execute(List<DdlEvent> pending) {
        long ts = pending.get(0).commitTs();
        // What nobody notes is seen when the first row shows it, or later.
        if (ts > world.source.startTs + 1 && !world.detects) {
            Map<String, SortedMap<String, Map<String, String>>> expected = new TreeMap<>(world.source.contentsAt(ts));
            // Of a table that goes only its end counts.
            pending.forEach(ddl -> expected.remove("\"shop\".\"" + nameOf(ddl) + "\""));
            world.comparison.requireEqual(Law.EQUAL_AT_DDL, expected, ts);
        }
        WriteResult result = writer(owner(), TableSpan.DDL).writeDdls(pending);
        if (result != WriteResult.DURABLE || pendingDdls != pending) {
            return;
        }
        for (DdlEvent ddl : pending) {
            world.tell(ddl.statement().replaceAll(" DEFINITION.*", "") + " at " + ts);
            TableId before = ddl.before() == null ? null : ddl.before().table();
            TableId after = ddl.after() == null ? null : ddl.after().table();
            if (before != null && !before.equals(after)) {
                drop(before);
            }
            if (after != null && !after.equals(before)) {
                assignments.add(new Assignment(TableSpan.whole(after), ts));
            }
        }
        ddlTs = ts;
        pendingDdls = null;
    }

    private static String nameOf(DdlEvent ddl) {
        TableInfo concerned = ddl.before() == null ? ddl.after() : ddl.before();
        boolean isReplaced = ddl.after() == null || !ddl.after().equals(ddl.before());
        return concerned == null || !isReplaced ? "" : concerned.name().table();
    }

    private void drop(TableId table) {
        for (Assignment assignment : List.copyOf(assignments)) {
            if (assignment.span.table().equals(table)) {
                supersede(assignment);
                assignments.remove(assignment);
            }
        }
    }

    // ---- laws

    boolean isSettled() {
        WorldProcess process = world.process;
        if (process == null || assignments.isEmpty() || !world.isCalm()) {
            return false;
        }
        long last = world.source.lastCommitTs();
        return nextBlockTs(process) == RowReader.NONE
                && limit(process) >= last
                && assignments.stream()
                        .allMatch(assignment -> assignment.dispatcher != null
                                && assignment.dispatcher.checkpointTs(limit(process)) >= last)
                && !(world.detects && process.source().finds());
    }

    /** In the end. */
    void requireAllNoted() {
        for (long ts : metSyncPoints) {
            if (!world.sink.rows("sync_point").containsKey(String.format("%012d", ts))) {
                throw new Violated(Law.SYNC_POINTS_STAY, "sync point " + ts + " was met, and is noted by nobody");
            }
        }
    }

    /** What comes again behind a copy may be older than what was copied. */
    boolean mayGoBack(SinkModel.Session session, String table) {
        return connections.mayGoBack(session, table, world.comparison.copiedTs(table));
    }

    // ---- what may fail

    @Override
    public void at(SinkModel.Session session) {
        interrupt();
    }

    /** Others act now, perhaps. */
    void interrupt() {
        if (world.isCalm() || depth >= 2 || !world.chance.oneIn(30)) {
            return;
        }
        depth++;
        List<WorldDispatcher> before = connections.turnOf(List.of());
        try {
            for (int i = 1 + world.chance.below(10); i > 0; i--) {
                world.act();
            }
        } finally {
            depth--;
            connections.turnOf(before);
        }
    }

    @Override
    public SinkModel.Fate fateOf(SinkModel.Session session) {
        return fate();
    }

    /** What becomes of something that is to be durable. */
    SinkModel.Fate fate() {
        if (world.isCalm()) {
            return SinkModel.Fate.ANSWERED;
        }
        return switch (world.chance.below(40)) {
            case 0 -> SinkModel.Fate.ANSWER_LOST;
            case 1 -> SinkModel.Fate.LOST;
            case 2 -> SinkModel.Fate.HELD_UP;
            default -> SinkModel.Fate.ANSWERED;
        };
    }

    @Override
    public String toString() {
        Map<TableSpan, Long> checkpoints = new HashMap<>();
        assignments.forEach(assignment -> checkpoints.put(assignment.span, assignment.checkpointTs));
        return "DDLs up to " + ddlTs + ", checkpoints " + new TreeMap<>(checkpoints) + ", the last commit is "
                + world.source.lastCommitTs();
    }
}
