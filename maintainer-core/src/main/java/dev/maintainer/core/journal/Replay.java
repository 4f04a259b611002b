package dev.maintainer.core.journal;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.Inconsistency;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Replays a journal: a host gets the same inputs at the same times, and its effects are compared with what was
 * recorded. It sends nothing. Used by one thread.
 */
public final class Replay {
    /** A host shows its maintainers at a tick, if it has not done so in this time. */
    private static final long PUBLISH_MILLIS = 200;

    private final EffectDigest digest;
    private final MaintainerHost host;
    private final TreeMap<ChangefeedId, MaintainerView> views = new TreeMap<>();
    private List<Effect> effects = new ArrayList<>();
    private long lastMillis;
    private boolean ended;
    private long entries;
    private long totalEffects;
    private long hash;

    /**
     * An entry as it was lived through again.
     *
     * @param disposition what became of the input now; null if the host failed
     * @param failure the class of what the host threw now; null if it did not
     * @param effects what left now, in order
     * @param effectHash the hash of that
     */
    public record Step(
            RecordedInput recorded,
            @Nullable Disposition disposition,
            @Nullable String failure,
            List<Effect> effects,
            long effectHash) {
        /** Whether the same happened. */
        public boolean isIdentical() {
            return disposition == recorded.disposition()
                    && Objects.equals(failure, recorded.failure())
                    && effects.size() == recorded.effects()
                    && effectHash == recorded.effectHash();
        }
    }

    /** A host as the header says, before its first input. It needs no planners: what they answered is an input. */
    public Replay(JournalHeader header, RecordCodec codec) {
        this.digest = new EffectDigest(codec);
        Transport transport = this::send;
        SchemaStore store = this::requestTables;
        this.host = new MaintainerHost(
                header.node(),
                transport,
                store,
                header.scheduler(),
                new Planning(),
                header.config(),
                new MaintainerObserver() {
                    @Override
                    public void published(MaintainerView view) {
                        views.put(view.changefeed(), view);
                    }
                });
    }

    private final class Planning implements PlanningPort {
        @Override
        public void ask(PlanRequest request) {
            digest.planRequested(request);
            effects.add(new Effect.PlanRequested(request));
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            digest.planningDropped(changefeed, epoch);
            effects.add(new Effect.PlanningDropped(changefeed, epoch));
        }
    }

    private Transport.SendResult send(NodeId to, Message message) {
        digest.sent(to, message);
        effects.add(new Effect.Sent(to, message));
        return Transport.SendResult.ENQUEUED;
    }

    private void requestTables(ChangefeedId changefeed, long ts) {
        digest.tablesRequested(changefeed, ts);
        effects.add(new Effect.TablesRequested(changefeed, ts));
    }

    /** Lives through the next entry. */
    public Step next(RecordedInput recorded) {
        if (ended) {
            throw new IllegalStateException("a replay that was ended by a look at its state cannot go on");
        }
        digest.clear();
        effects = new ArrayList<>();
        lastMillis = recorded.nowMillis();
        Disposition disposition = null;
        String failure = null;
        try {
            disposition = host.handle(recorded.input(), recorded.nowMillis());
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            // It failed in the recorded run too, or this is the divergence: the caller compares.
            failure = e.getClass().getName();
        }
        entries++;
        totalEffects += digest.count();
        hash = EffectDigest.chain(hash, digest.count(), digest.hash());
        return new Step(recorded, disposition, failure, List.copyOf(effects), digest.hash());
    }

    /** How many entries were lived through. */
    public long entries() {
        return entries;
    }

    /** How many messages and requests have left. */
    public long effects() {
        return totalEffects;
    }

    /** The hash of all that has left. */
    public long hash() {
        return hash;
    }

    /** Every contradiction in the state of the host, found by a recount of all that it has: bugs of ours. */
    public List<Inconsistency> audit() {
        return host.audit();
    }

    /**
     * The maintainers as they are, by changefeed. A host shows them at ticks only, so it is given one more, 200 ms after
     * the last entry: what is seen has had that tick. The replay cannot go on afterwards.
     */
    public List<MaintainerView> endWithViews() {
        ended = true;
        views.clear();
        host.handle(new HostInput.Tick(), lastMillis + PUBLISH_MILLIS);
        return List.copyOf(views.values());
    }
}
