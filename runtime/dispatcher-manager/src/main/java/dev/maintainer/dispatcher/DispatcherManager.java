package dev.maintainer.dispatcher;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import dev.maintainer.dispatcher.WorkerInput.CommandReceived;
import dev.maintainer.dispatcher.WorkerInput.DispatcherSignal;
import dev.maintainer.dispatcher.WorkerInput.SessionLost;
import dev.maintainer.dispatcher.WorkerInput.Tick;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of one node, for all changefeeds. It hosts dispatchers, obeys exactly one owner per changefeed, and
 * reports to that owner only.
 *
 * <p>Single writer: {@link #handle} may be called by one thread at a time. Everything that happens to the worker comes
 * through it, also what dispatchers say; their listener only posts to the mailbox. {@link #counters} may be used from
 * any thread.
 */
public final class DispatcherManager {
    private static final Logger LOG = LoggerFactory.getLogger(DispatcherManager.class);

    private final WorkerSurroundings surroundings;
    private final Map<ChangefeedId, ChangefeedWorker> workers = new LinkedHashMap<>();
    private final Tombstones tombstones = new Tombstones();
    private final WorkerCounters counters = new WorkerCounters();
    private long nextIncarnation;
    private boolean sessionLost;

    /**
     * Makes a worker that hosts nothing yet.
     *
     * @param self the node that it works on
     * @param factory makes the dispatchers
     * @param transport carries reports to the maintainers
     * @param mailbox takes what dispatchers say, from any thread, and brings it back to {@link #handle}; must not block
     * @param config how often it speaks
     * @param incarnationSeed the first incarnation to use; must be larger than all that an earlier process with this
     *     node id used
     */
    public DispatcherManager(
            NodeId self,
            DispatcherFactory factory,
            Transport transport,
            Consumer<WorkerInput> mailbox,
            WorkerConfig config,
            long incarnationSeed) {
        this.surroundings = new WorkerSurroundings(self, factory, transport, mailbox, config, counters);
        this.nextIncarnation = incarnationSeed;
    }

    /**
     * Takes one input to its end: all effects have left when this returns.
     *
     * @param input what has happened
     * @param nowMillis a clock that never goes back; only differences count
     */
    public void handle(WorkerInput input, long nowMillis) {
        if (input instanceof Tick) {
            tick(nowMillis);
        } else if (input instanceof SessionLost) {
            if (!sessionLost) {
                LOG.warn(
                        "this node is no longer a member: abandoning the dispatchers of {} changefeeds",
                        workers.size());
            }
            abandonAll();
        } else if (input instanceof WorkerInput.NodeStopping) {
            abandonAll();
        } else if (input instanceof CommandReceived received) {
            WorkerCommand command = received.command();
            Disposition disposition = sessionLost ? Disposition.REFUSED : command(received.from(), command, nowMillis);
            counters.count(command.kind(), disposition);
        } else if (input instanceof DispatcherSignal signal) {
            Disposition disposition = sessionLost ? Disposition.REFUSED : signal(signal, nowMillis);
            counters.count(signal.getClass().getSimpleName(), disposition);
        } else {
            throw new IllegalStateException("unknown input " + input);
        }
    }

    /** {@return what became of everything that this worker was told; the counters go on counting} */
    public WorkerCounters counters() {
        return counters;
    }

    /**
     * Looks for what contradicts what in this worker. O(all dispatchers): for tests, simulations, and people in the
     * night. Changes nothing and calls no dispatcher; call it on the thread that calls {@link #handle}, between two
     * inputs.
     *
     * @return empty if all is well
     */
    public List<Finding> audit() {
        Findings findings = new Findings();
        workers.forEach((changefeed, worker) -> {
            boolean named = worker.changefeed().equals(changefeed);
            findings.require(named, "W-7", worker.changefeed(), " is hosted under the name ", changefeed);
            MaintainerEpoch rejectedUpTo = tombstones.epochOf(changefeed);
            boolean newer = rejectedUpTo == null || worker.epoch().isNewerThan(rejectedUpTo);
            findings.require(
                    newer, "W-8", changefeed, " runs under ", worker.epoch(), " and was closed under ", rejectedUpTo);
            worker.audit(findings);
        });
        findings.require(!sessionLost || workers.isEmpty(), "W-9", "the session is lost, and dispatchers are here");
        return findings.all();
    }

    private void tick(long nowMillis) {
        if (!sessionLost) {
            List.copyOf(workers.values()).forEach(worker -> {
                worker.tick(nowMillis);
                dropIfClosed(worker);
            });
        }
    }

    /** From now on everything is refused. */
    private void abandonAll() {
        sessionLost = true;
        workers.values().forEach(ChangefeedWorker::abandon);
        workers.keySet().forEach(counters::hostsNoMore);
        workers.clear();
    }

    private Disposition signal(DispatcherSignal signal, long nowMillis) {
        ChangefeedWorker worker = workers.get(signal.changefeed());
        if (worker == null || worker.incarnation() != signal.incarnation()) {
            return Disposition.STALE;
        }
        Disposition disposition = worker.signal(signal, nowMillis);
        worker.flush(nowMillis);
        dropIfClosed(worker);
        return disposition;
    }

    private Disposition command(NodeId from, WorkerCommand command, long nowMillis) {
        ChangefeedWorker worker = workers.get(command.changefeed());
        if (worker == null) {
            return commandWithoutWorker(from, command, nowMillis);
        }
        Disposition disposition = worker.command(from, command, nowMillis);
        worker.flush(nowMillis);
        dropIfClosed(worker);
        return disposition;
    }

    private Disposition commandWithoutWorker(NodeId from, WorkerCommand command, long nowMillis) {
        if (command instanceof WorkerCommand.CloseChangefeed close) {
            boolean news = tombstones.rejectUpTo(close.changefeed(), close.epoch(), close.mode());
            if (news && close.mode() == RemovalMode.DROP) {
                surroundings.release(close.changefeed());
            }
            surroundings.send(from, new WorkerReport.CloseDone(close.changefeed(), close.epoch(), CloseOutcome.CLOSED));
            return news ? Disposition.APPLIED : Disposition.DUPLICATE;
        }
        MaintainerEpoch rejectedUpTo = tombstones.epochOf(command.changefeed());
        if (rejectedUpTo != null && !command.epoch().isNewerThan(rejectedUpTo)) {
            refuse(from, command, rejectedUpTo);
            return Disposition.STALE;
        }
        if (command instanceof WorkerCommand.Bootstrap bootstrap) {
            return begin(from, bootstrap, nowMillis);
        }
        // Nobody has bootstrapped here. The sender repeats its bootstrap until answered, so it will learn.
        return Disposition.REFUSED;
    }

    private Disposition begin(NodeId from, WorkerCommand.Bootstrap bootstrap, long nowMillis) {
        ChangefeedWorker worker = ChangefeedWorker.begin(surroundings, nextIncarnation, from, bootstrap, nowMillis);
        if (worker == null) {
            return Disposition.REFUSED;
        }
        nextIncarnation++;
        workers.put(bootstrap.changefeed(), worker);
        tombstones.forget(bootstrap.changefeed());
        return Disposition.APPLIED;
    }

    private void refuse(NodeId from, WorkerCommand command, MaintainerEpoch current) {
        surroundings.send(
                from, new WorkerReport.CommandRefused(command.changefeed(), command.epoch(), current, command.kind()));
    }

    private void dropIfClosed(@Nullable ChangefeedWorker worker) {
        RemovalMode closed = worker != null && worker.isClosed() ? worker.closing() : null;
        if (worker != null && closed != null) {
            workers.remove(worker.changefeed());
            counters.hostsNoMore(worker.changefeed());
            tombstones.rejectUpTo(worker.changefeed(), worker.epoch(), closed);
            if (closed == RemovalMode.DROP) {
                surroundings.release(worker.changefeed());
            }
            worker.reportClosed();
            LOG.info("changefeed {} closed under epoch {}", worker.changefeed(), worker.epoch());
        }
    }

    /** The dispatchers of a changefeed that run here, for tests. */
    List<HostedDispatcher> hosted(ChangefeedId changefeed) {
        ChangefeedWorker worker = workers.get(changefeed);
        return worker == null ? List.of() : new ArrayList<>(worker.hosted());
    }

    /** Whether a changefeed was closed here for good, for tests. */
    boolean isDropped(ChangefeedId changefeed) {
        return tombstones.isDropped(changefeed);
    }
}
