package dev.maintainer.node.journal;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.HostInput;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.journal.EffectDigest;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.function.Supplier;

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
            Supplier<Scheduler> schedulers,
            MaintainerConfig config,
            MaintainerObserver observer,
            HostJournal journal) {
        this.journal = journal;
        this.digest = new EffectDigest(journal.codec());
        this.host = new MaintainerHost(
                self,
                (to, message) -> {
                    note(to, message);
                    return transport.send(to, message);
                },
                (changefeed, ts) -> {
                    digest.tablesRequested(changefeed, ts);
                    schemaStore.requestTables(changefeed, ts);
                },
                schedulers,
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

    private void note(NodeId to, Message message) {
        if (!journal.isOpen()) {
            return;
        }
        try {
            digest.sent(to, message);
        } catch (RuntimeException e) {
            journal.fail(e);
        }
    }
}
