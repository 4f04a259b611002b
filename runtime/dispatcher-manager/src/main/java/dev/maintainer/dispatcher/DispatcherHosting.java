package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.WorkerError;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, starts and ends the dispatchers of one changefeed. Factory and dispatchers are of somebody else's making:
 * whatever they throw ends here, counted, logged once per method, and reported as an error that names the dispatcher.
 *
 * <p>A dispatcher counts as gone only when it surely cannot write any more: when it said so, or when it was abandoned.
 * One that can neither be asked to end nor be abandoned is <em>stuck</em>: it stays here, closing, so that nobody places
 * it elsewhere, and is tried again.
 */
final class DispatcherHosting implements HostedDispatcher.Faults {
    private static final Logger LOG = LoggerFactory.getLogger(DispatcherHosting.class);

    private final WorkerSurroundings surroundings;
    private final ChangefeedId changefeed;
    private final DispatcherListener listener;
    private final DispatcherSet dispatchers;
    private final HeartbeatAssembler heartbeats;
    private final BarrierStandings standings;
    private final Map<DispatcherId, HostedDispatcher> stuck = new LinkedHashMap<>();
    private long stuckRetryAt;

    DispatcherHosting(
            WorkerSurroundings surroundings,
            ChangefeedId changefeed,
            DispatcherListener listener,
            DispatcherSet dispatchers,
            HeartbeatAssembler heartbeats,
            BarrierStandings standings) {
        this.surroundings = surroundings;
        this.changefeed = changefeed;
        this.listener = listener;
        this.dispatchers = dispatchers;
        this.heartbeats = heartbeats;
        this.standings = standings;
    }

    /** Fences the sink; returns why that failed, or null. */
    @Nullable
    WorkerError fenceSink(MaintainerEpoch epoch) {
        try {
            surroundings.factory().fence(changefeed, epoch);
            return null;
        } catch (MaintainerException e) {
            return surroundings.error(e.code(), "cannot fence the sink: " + e.getMessage());
        } catch (RuntimeException e) {
            fault("fence", "the factory", e);
            return surroundings.error(ErrorCode.SINK_UNAVAILABLE, "cannot fence the sink: " + e);
        }
    }

    /** Makes and starts the DDL trigger dispatcher; returns why that failed, or null. */
    @Nullable
    WorkerError createTrigger(DispatcherSpec spec) {
        TriggerDispatcher trigger;
        long startTs;
        try {
            trigger = made(surroundings.factory().createTrigger(spec, listener));
            startTs = Math.max(spec.startTs(), trigger.startTs());
        } catch (RuntimeException e) {
            return creationFailed("createTrigger", spec, e);
        }
        HostedDispatcher hosted = new HostedDispatcher(spec, trigger, this);
        WorkerError error = start(hosted, trigger);
        if (error == null || stuck.containsKey(hosted.id())) {
            dispatchers.addTrigger(hosted, trigger, startTs);
            heartbeats.inserted(hosted);
        }
        return error;
    }

    /** Makes and starts a dispatcher. Returns whether it runs; if not, that will be reported. */
    boolean create(DispatcherSpec spec) {
        WorkerError error = makeAndStart(spec);
        if (error == null) {
            heartbeats.errors().over(spec.dispatcher());
            return true;
        }
        heartbeats.errors().record(spec.dispatcher(), error);
        if (!stuck.containsKey(spec.dispatcher())) {
            heartbeats.errors().gone(spec.dispatcher());
            heartbeats.changed(new DispatcherStatus(spec.dispatcher(), ComponentState.REMOVED, 0));
        }
        return false;
    }

    private @Nullable WorkerError makeAndStart(DispatcherSpec spec) {
        Dispatcher dispatcher;
        try {
            dispatcher = made(surroundings.factory().create(spec, listener));
        } catch (RuntimeException e) {
            return creationFailed("create", spec, e);
        }
        HostedDispatcher hosted = new HostedDispatcher(spec, dispatcher, this);
        WorkerError error = start(hosted, dispatcher);
        if (error == null || stuck.containsKey(hosted.id())) {
            dispatchers.add(hosted);
            heartbeats.inserted(hosted);
        }
        return error;
    }

    /** Starts a dispatcher; returns why it could not, or null. One that cannot start must not write either. */
    private @Nullable WorkerError start(HostedDispatcher hosted, Dispatcher dispatcher) {
        try {
            dispatcher.start();
            return null;
        } catch (RuntimeException e) {
            if (!hosted.abandon()) {
                hosted.markClosing();
                stuck.put(hosted.id(), hosted);
            }
            return creationFailed("start", hosted.spec(), e);
        }
    }

    /** A factory may return null, whatever its contract says. */
    private static <D> D made(@Nullable D dispatcher) {
        if (dispatcher == null) {
            throw new MaintainerException(
                    ErrorCode.DISPATCHER_CREATION_FAILED, "the factory returned null; correct its create method");
        }
        return dispatcher;
    }

    /**
     * Asks a dispatcher to end, and abandons it if it cannot be asked. Returns whether it surely has ended already; if
     * not, its word is waited for.
     */
    boolean askToEnd(HostedDispatcher hosted) {
        if (hosted.close()) {
            if (stuck.remove(hosted.id()) != null) {
                recovered(hosted.spec());
            }
            return false;
        }
        if (hosted.abandon()) {
            return true;
        }
        stuck.put(hosted.id(), hosted);
        return false;
    }

    /** Stops a dispatcher now. Returns whether it surely writes no more; if not, that is tried again. */
    boolean abandon(HostedDispatcher hosted) {
        if (hosted.abandon()) {
            return true;
        }
        hosted.markClosing();
        stuck.put(hosted.id(), hosted);
        return false;
    }

    /** Tries again to end what is stuck; returns what has ended. */
    List<HostedDispatcher> retryStuck(long nowMillis) {
        if (stuck.isEmpty() || nowMillis < stuckRetryAt) {
            return List.of();
        }
        stuckRetryAt = nowMillis + surroundings.config().errorResendMillis();
        return List.copyOf(stuck.values()).stream().filter(this::askToEnd).toList();
    }

    /** What can neither be asked to end nor be abandoned. */
    Collection<DispatcherId> stuck() {
        return stuck.keySet();
    }

    /** Forgets a dispatcher that has ended. */
    void remove(DispatcherId id) {
        dispatchers.remove(id);
        standings.forget(id);
        stuck.remove(id);
    }

    @Override
    public void failed(DispatcherSpec spec, String call, RuntimeException cause) {
        fault(call, "dispatcher " + spec.dispatcher(), cause);
        String message = "dispatcher " + spec.dispatcher() + " of " + spec.span() + ": its method " + call + " threw "
                + describe(cause);
        heartbeats.errors().record(spec.dispatcher(), surroundings.error(ErrorCode.DISPATCHER_FAILED, message));
    }

    @Override
    public void recovered(DispatcherSpec spec) {
        heartbeats.errors().over(spec.dispatcher());
    }

    private WorkerError creationFailed(String call, DispatcherSpec spec, RuntimeException cause) {
        fault(call, "dispatcher " + spec.dispatcher(), cause);
        return surroundings.error(
                ErrorCode.DISPATCHER_CREATION_FAILED,
                "dispatcher " + spec.dispatcher() + " of " + spec.span() + ": " + describe(cause));
    }

    private static String describe(RuntimeException cause) {
        String message = cause.getMessage();
        return cause instanceof MaintainerException && message != null ? message : cause.toString();
    }

    /** Counts, and logs the first of its kind on this node. What says itself what is wrong, such as a full disk, is no bug. */
    private void fault(String call, String where, RuntimeException cause) {
        if (surroundings.counters().countFault(call) == 1) {
            if (cause instanceof MaintainerException) {
                LOG.warn(
                        "changefeed {}: {} of {} failed, further ones are only counted: {}",
                        changefeed,
                        call,
                        where,
                        describe(cause));
            } else {
                LOG.warn(
                        "changefeed {}: {} of {} threw; further ones are only counted", changefeed, call, where, cause);
            }
        }
    }
}
