package dev.maintainer.cluster.zookeeper;

import dev.maintainer.cluster.zookeeper.record.RecordCodec;
import dev.maintainer.cluster.zookeeper.record.RecordException;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.Stored;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;
import org.apache.zookeeper.OpResult.GetDataResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The session of one handle. Everything but the callbacks of ZooKeeper runs on the loop, and those only hand over to it.
 * Nothing is repeated: a request whose answer is lost is answered as unknown.
 */
final class ZooKeeperSession implements StoreSession {
    /** What the parts of a transaction may have together; servers take no more than one mebibyte. */
    static final int MAX_COMMIT_BYTES = 768 * 1024;

    private static final int BYTES_PER_OP = 64;
    private static final StoreAnswer UNKNOWN = new StoreAnswer.Unknown();

    private final long id;
    private final ZooKeeper zooKeeper;
    private final Layout layout;
    private final List<ACL> access;
    private final Consumer<Runnable> loop;
    private final UnreadableRecords unreadable;
    private final Watches watches;
    private final RecordCodec codec = new RecordCodec();
    private final RequestWindow window = new RequestWindow();
    private final Set<Call> open = new LinkedHashSet<>();
    private final Map<Kind, Integer> listings = new EnumMap<>(Kind.class);
    private boolean over;

    /**
     * A session in which nothing was asked yet.
     *
     * @param access what records are created with
     * @param loop runs what it is given on the loop, in order
     * @param changed hears of records that may have changed
     */
    ZooKeeperSession(
            ZooKeeper zooKeeper,
            Layout layout,
            List<ACL> access,
            Consumer<Runnable> loop,
            UnreadableRecords unreadable,
            Consumer<Kind> changed) {
        this.id = zooKeeper.getSessionId();
        this.zooKeeper = zooKeeper;
        this.layout = layout;
        this.access = access;
        this.loop = loop;
        this.unreadable = unreadable;
        this.watches = new Watches(zooKeeper, layout, kind -> onLoop(() -> changed.accept(kind)));
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public void send(StoreRequest request, AnswerHandler handler) {
        Call call = new Call(handler, isFresh(request));
        if (over) {
            loop.accept(() -> call.answer(UNKNOWN));
            return;
        }
        open.add(call);
        if (request instanceof StoreRequest.Commit commit) {
            commit(commit, call);
        } else if (request instanceof StoreRequest.Read read) {
            request(() -> read(read, call));
        } else if (request instanceof StoreRequest.ReadAll all) {
            List<String> directories = layout.directories(all.kind());
            request(() -> {
                if (directories.isEmpty()) {
                    read(new StoreRequest.Read(List.of(new StorePath(all.kind(), "")), all.fresh()), call);
                } else {
                    new Listing(all, call).begin(directories);
                }
            });
        }
    }

    /** The handle that has the session; tests end sessions by it. */
    ZooKeeper zooKeeper() {
        return zooKeeper;
    }

    private static boolean isFresh(StoreRequest request) {
        if (request instanceof StoreRequest.Read read) {
            return read.fresh();
        }
        return request instanceof StoreRequest.ReadAll all && all.fresh();
    }

    /** Answers everything that was not answered; nothing is sent any more. */
    void end() {
        over = true;
        window.clear();
        List<Call> lost = new ArrayList<>(open);
        open.clear();
        lost.forEach(call -> call.answer(UNKNOWN));
    }

    private void request(Runnable begin) {
        window.request(() -> true, begin);
    }

    /** Ignores what comes when the session is over. */
    private void onLoop(Runnable task) {
        loop.accept(() -> {
            if (!over) {
                task.run();
            }
        });
    }

    /** An operation that has begun has ended; called by a thread of ZooKeeper. */
    private void ended(Runnable task) {
        onLoop(() -> {
            window.ended();
            task.run();
            window.advance();
        });
    }

    private void answer(Call call, StoreAnswer answer) {
        if (open.remove(call)) {
            call.answer(answer);
        }
    }

    /** Later, because nothing is answered while it is sent. */
    private void refuse(Call call, String path, String problem) {
        unreadable.note(path, problem);
        onLoop(() -> answer(call, UNKNOWN));
    }

    /**
     * A transaction waits while all records of a kind are being read of which it changes one: for this session, those are
     * then read at one moment.
     */
    private void commit(StoreRequest.Commit commit, Call call) {
        BooleanSupplier mayBegin = () -> commit.ops().stream()
                .noneMatch(op -> listings.containsKey(op.path().kind()));
        window.request(mayBegin, () -> beginCommit(commit, call));
    }

    private void beginCommit(StoreRequest.Commit commit, Call call) {
        List<Op> ops = new ArrayList<>(commit.ops().size());
        long bytes = 0;
        for (StoreOp op : commit.ops()) {
            String path = layout.of(op.path());
            byte[] value = new byte[0];
            try {
                if (op instanceof StoreOp.Create create) {
                    value = codec.encode(op.path(), create.value());
                    CreateMode mode = create.ephemeral() ? CreateMode.EPHEMERAL : CreateMode.PERSISTENT;
                    ops.add(Op.create(path, value, access, mode));
                } else if (op instanceof StoreOp.Set set) {
                    value = codec.encode(op.path(), set.value(), set.version());
                    ops.add(Op.setData(path, value, set.version()));
                } else if (op instanceof StoreOp.Delete delete) {
                    ops.add(Op.delete(path, delete.version()));
                } else if (op instanceof StoreOp.Check check) {
                    ops.add(Op.check(path, check.version()));
                }
            } catch (RecordException e) {
                refuse(call, path, "not written: " + e.at(path).getMessage());
                return;
            }
            bytes += BYTES_PER_OP + path.length() + value.length;
        }
        if (bytes > MAX_COMMIT_BYTES) {
            String path = layout.of(commit.ops().get(0).path());
            refuse(
                    call,
                    path,
                    "not written: a transaction of " + commit.ops().size() + " parts has " + bytes
                            + " bytes, and at most " + MAX_COMMIT_BYTES + " are allowed; it begins with " + path);
            return;
        }
        window.begun();
        zooKeeper.multi(
                ops, (code, path, context, results) -> ended(() -> committed(commit.ops(), call, code, results)), null);
    }

    private void committed(List<StoreOp> ops, Call call, int code, @Nullable List<OpResult> results) {
        StoreAnswer answer = CommitResult.answer(ops, code, results);
        if (answer instanceof StoreAnswer.Committed) {
            for (StoreOp op : ops) {
                if (op instanceof StoreOp.Set set) {
                    codec.replaced(set.path(), set.version());
                } else if (op instanceof StoreOp.Delete delete) {
                    codec.deleted(delete.path());
                }
            }
        }
        answer(call, answer);
    }

    private void sync(Call call) {
        window.begun();
        zooKeeper.sync(
                layout.root(),
                (code, path, context) -> ended(() -> {
                    if (code == Code.OK.intValue()) {
                        call.synced();
                    }
                }),
                null);
    }

    private void read(StoreRequest.Read read, Call call) {
        watches.arm(read.paths());
        if (read.fresh()) {
            sync(call);
        }
        window.begun();
        SortedMap<StorePath, Stored> records = new TreeMap<>();
        multiRead(
                read.paths(),
                results -> ended(() -> answer(
                        call,
                        call.isCurrent() && take(read.paths(), results, records)
                                ? new StoreAnswer.Records(records)
                                : UNKNOWN)));
    }

    /** One answer has all of them, as they were at one moment. */
    private void multiRead(List<StorePath> paths, Consumer<@Nullable List<OpResult>> results) {
        List<Op> ops = paths.stream().map(path -> Op.getData(layout.of(path))).toList();
        zooKeeper.multi(ops, (code, path, context, found) -> results.accept(found), null);
    }

    /** Adds what was read; false if it says nothing. */
    private boolean take(List<StorePath> paths, @Nullable List<OpResult> results, Map<StorePath, Stored> records) {
        if (results == null || results.size() != paths.size()) {
            return false;
        }
        for (int i = 0; i < paths.size(); i++) {
            StorePath path = paths.get(i);
            OpResult result = results.get(i);
            if (result instanceof GetDataResult found) {
                Stored stored = stored(path, found.getData(), found.getStat());
                if (stored == null) {
                    return false;
                }
                records.put(path, stored);
            } else if (!(result instanceof ErrorResult error) || error.getErr() != Code.NONODE.intValue()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Stored stored(StorePath path, byte @Nullable [] data, Stat stat) {
        try {
            return new Stored(codec.decode(path, data, stat.getVersion()), stat.getVersion(), stat.getEphemeralOwner());
        } catch (RecordException e) {
            String where = layout.of(path);
            unreadable.note(
                    where, e.at(where).getMessage() + "; see the documentation of the store for how to mend it");
            return null;
        }
    }

    /** Reads all records of a kind: first which there are, and then those, some at a time. */
    private final class Listing {
        private final StoreRequest.ReadAll request;
        private final Call call;
        private final SortedMap<StorePath, Stored> records = new TreeMap<>();
        private int partsLeft;
        private boolean failed;

        Listing(StoreRequest.ReadAll request, Call call) {
            this.request = request;
            this.call = call;
        }

        void begin(List<String> directories) {
            listings.merge(request.kind(), 1, Integer::sum);
            if (request.fresh()) {
                sync(call);
            }
            directories.forEach(directory -> part(() -> list(directory)));
            window.advance();
        }

        private void part(Runnable begin) {
            partsLeft++;
            window.part(begin);
        }

        private void partEnded(Runnable task) {
            onLoop(() -> {
                window.partEnded();
                partsLeft--;
                task.run();
                if (partsLeft == 0) {
                    finish();
                }
                window.advance();
            });
        }

        private void list(String directory) {
            zooKeeper.getChildren(
                    directory,
                    watches.ofDirectory(request.kind()),
                    (code, path, context, children) -> partEnded(() -> {
                        if (code != Code.OK.intValue()) {
                            failed = true;
                            return;
                        }
                        listed(directory, children);
                    }),
                    null);
        }

        private void listed(String directory, List<String> children) {
            List<StorePath> paths = new ArrayList<>(children.size());
            for (String child : children) {
                layout.recordIn(request.kind(), directory, child)
                        .ifPresentOrElse(paths::add, () -> unreadable.noteStranger(directory + "/" + child));
            }
            // One answer must not exceed what clients take, whatever the records contain: it would end the connection.
            int most = Math.min(64, RecordCodec.MAX_BYTES / RecordCodec.maxBytes(request.kind()));
            for (int from = 0; from < paths.size(); from += most) {
                List<StorePath> some = paths.subList(from, Math.min(paths.size(), from + most));
                part(() -> readSome(some));
            }
        }

        private void readSome(List<StorePath> some) {
            multiRead(
                    some,
                    results -> partEnded(() -> {
                        if (!failed && !take(some, results, records)) {
                            failed = true;
                        }
                    }));
        }

        private void finish() {
            listings.computeIfPresent(request.kind(), (kind, count) -> count == 1 ? null : count - 1);
            answer(call, failed || !call.isCurrent() ? UNKNOWN : new StoreAnswer.Records(records));
        }
    }
}
