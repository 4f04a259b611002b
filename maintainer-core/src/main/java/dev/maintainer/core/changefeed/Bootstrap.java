package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.core.membership.Members;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks all nodes what they run, then the schema store which tables exist. Later it asks nodes that join. */
final class Bootstrap {
    private final Assignment assignment;
    private final Members members;
    private final CommandSender commands;
    private final SchemaStore schemaStore;
    private final WriteRelease release;
    private final ErrorBoard errors;
    private final long resendMillis;
    private long triggerStartTs;
    private long tablesRequestedAt = Long.MIN_VALUE;

    /**
     * Prepares a bootstrap.
     *
     * @param assignment what the maintainer was given
     * @param resendMillis how long a node, or the schema store, may leave a request unanswered
     */
    Bootstrap(
            Assignment assignment,
            Members members,
            CommandSender commands,
            SchemaStore schemaStore,
            WriteRelease release,
            ErrorBoard errors,
            long resendMillis) {
        this.assignment = assignment;
        this.members = members;
        this.commands = commands;
        this.schemaStore = schemaStore;
        this.release = release;
        this.errors = errors;
        this.resendMillis = resendMillis;
    }

    /**
     * Asks whom it has to ask.
     *
     * @param late whether the state has been rebuilt, so that what older owners left on these nodes must not write
     */
    void request(boolean late, long nowMillis) {
        if (waitsForMembership()) {
            return;
        }
        for (NodeId node : members.dueForRequest(nowMillis, resendMillis)) {
            commands.bootstrap(node, assignment.startTs(), late, release.releasedTs());
        }
    }

    /**
     * Takes an answer. The first one of a node is applied.
     *
     * @param rebuilding whether the state has not been rebuilt yet: then it is kept
     */
    Disposition onSnapshot(NodeId from, BootstrapSnapshot snapshot, boolean rebuilding) {
        if (!members.isAlive(from)) {
            return Disposition.STALE;
        }
        boolean first = members.answered(from, snapshot, rebuilding);
        if (from.equals(assignment.self())) {
            triggerStartTs = Math.max(triggerStartTs, snapshot.triggerStartTs());
        }
        return first ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** Asks for the tables when everybody has answered. */
    void requestTablesIfReady(long nowMillis) {
        errors.own(ErrorCode.BOOTSTRAP_FAILED, obstacle());
        boolean due = tablesRequestedAt == Long.MIN_VALUE || nowMillis - tablesRequestedAt >= resendMillis;
        if (members.allAnswered() && triggerStartTs > 0 && due) {
            tablesRequestedAt = nowMillis;
            schemaStore.requestTables(assignment.changefeed(), triggerStartTs);
        }
    }

    /** Whether the predecessor may have used nodes that this maintainer has not heard of. */
    boolean waitsForMembership() {
        return members.version() < assignment.leastVersion();
    }

    private @Nullable String obstacle() {
        if (waitsForMembership()) {
            return "waits for version " + assignment.leastVersion()
                    + " of the membership, which the predecessor may have used; node " + assignment.self()
                    + " has heard of version " + members.version();
        }
        if (members.allAnswered() && triggerStartTs == 0) {
            return "all nodes have answered and none runs the DDL trigger dispatcher; is node " + assignment.self()
                    + " a member?";
        }
        return null;
    }

    /** Whether these are the tables that were asked for, and nobody has joined unheard meanwhile. */
    boolean isCompletedBy(SchemaSnapshot tables) {
        return members.allAnswered() && tables.ts() == triggerStartTs;
    }

    /** Where the trigger really starts; a TSO; 0 before its node has answered. */
    long triggerStartTs() {
        return triggerStartTs;
    }

    /** Who has not answered yet, for people. */
    List<NodeId> outstanding() {
        return members.alive().stream().filter(node -> !members.isReady(node)).toList();
    }
}
