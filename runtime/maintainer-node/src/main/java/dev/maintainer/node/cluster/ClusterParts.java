package dev.maintainer.node.cluster;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.planning.PlannerSource;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.journal.JournalDirectory;
import dev.maintainer.node.load.ChangeLogLoad;
import dev.maintainer.node.load.WrittenWork;
import dev.maintainer.node.sink.FileSink;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes of an embedded cluster share.
 *
 * @param scheduler the name of the scheduler that maintainers begin with
 * @param planners makes planners
 * @param labels of nodes, for planners
 * @param load how much work spans are, for planners
 * @param balanceMillis how often planners look when nothing has changed
 * @param lowLatency whether nodes look more often, so that the checkpoint follows sooner, for more work
 * @param written counts what each node writes
 * @param observers makes the observer of a node's maintainers
 * @param journals where the hosts are journalled; null if they are not
 */
public record ClusterParts(
        ChangeLog log,
        Frontier frontier,
        FileSink sink,
        InProcessTransport transport,
        LeaseMembership membership,
        String scheduler,
        PlannerSource planners,
        SortedMap<NodeId, SortedMap<String, String>> labels,
        ChangeLogLoad load,
        long balanceMillis,
        boolean lowLatency,
        WrittenWork written,
        Function<NodeId, MaintainerObserver> observers,
        @Nullable JournalDirectory journals) {}
