package dev.maintainer.runtime.journal;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.journal.EffectDigest;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;

/** A host whose inputs are journalled, with a hash of what each made it send. Used by one thread, like the host. */
public final class JournaledHost {
    private final HostJournal journal;
    private final EffectDigest digest;
    private final MaintainerHost host;

    /** A host without maintainers; the parameters are those of the host, which must be those of the journal's header. */
    public JournaledHost(
            NodeId self,
            Transport transport,
            SchemaStore schemaStore,
            String scheduler,
            PlanningPort planning,
            MaintainerConfig config,
            MaintainerObserver observer,
            HostJournal journal) {
        this.journal = journal;
        this.digest = new EffectDigest(journal.codec());
        this.host = new MaintainerHost(
                self,
                (to, message) -> {
                    note(() -> digest.sent(to, message));
                    return transport.send(to, message);
                },
                (changefeed, ts) -> {
                    note(() -> digest.tablesRequested(changefeed, ts));
                    schemaStore.requestTables(changefeed, ts);
                },
                scheduler,
                new NotedPlanning(planning),
                config,
                observer);
    }

    /** Takes one input in, as the host does, and fails as the host does. */
    public Disposition handle(HostInput input, long nowMillis) {
        digest.clear();
        Disposition disposition;
        try {
            disposition = host.handle(input, nowMillis);
        } catch (RuntimeException | Error e) {
            journal.record(nowMillis, input, null, e.getClass().getName(), digest);
            throw e;
        }
        journal.record(nowMillis, input, disposition, null, digest);
        return disposition;
    }

    /** The host, to be looked at: inputs that do not come through {@link #handle} are missing in the journal. */
    public MaintainerHost host() {
        return host;
    }

    private void note(Runnable effect) {
        if (!journal.isOpen()) {
            return;
        }
        try {
            effect.run();
        } catch (RuntimeException e) {
            journal.fail(e);
        }
    }

    /** Notes what leaves for planners. */
    private final class NotedPlanning implements PlanningPort {
        private final PlanningPort port;

        NotedPlanning(PlanningPort port) {
            this.port = port;
        }

        @Override
        public void ask(PlanRequest request) {
            note(() -> digest.planRequested(request));
            port.ask(request);
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            note(() -> digest.planningDropped(changefeed, epoch));
            port.drop(changefeed, epoch);
        }
    }
}
