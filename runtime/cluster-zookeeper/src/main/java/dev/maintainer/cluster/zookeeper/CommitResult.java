package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreOp;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;
import org.jspecify.annotations.Nullable;

/** What ZooKeeper says of a transaction, as an answer. Whatever does not say for certain that nothing happened is unknown. */
final class CommitResult {
    private CommitResult() {}

    /**
     * The answer.
     *
     * @param results of the parts; null where only the code is known
     */
    static StoreAnswer answer(List<StoreOp> ops, int code, @Nullable List<OpResult> results) {
        if (code == Code.OK.intValue()) {
            return new StoreAnswer.Committed();
        }
        if (results == null || results.size() != ops.size()) {
            return new StoreAnswer.Unknown();
        }
        for (int i = 0; i < ops.size(); i++) {
            if (results.get(i) instanceof ErrorResult error && error.getErr() != Code.OK.intValue()) {
                // Those behind the first one that fails only say that they were not tried.
                Reason reason = reason(ops.get(i), error.getErr());
                return reason == null ? new StoreAnswer.Unknown() : new StoreAnswer.Rejected(i, reason);
            }
        }
        return new StoreAnswer.Unknown();
    }

    private static @Nullable Reason reason(StoreOp op, int error) {
        Code code = Code.get(error);
        if (code == Code.NODEEXISTS) {
            return op instanceof StoreOp.Create ? Reason.RECORD_EXISTS : null;
        }
        if (code == Code.NONODE) {
            // What a creation misses is the directory, and not the record.
            return op instanceof StoreOp.Create ? null : Reason.NO_RECORD;
        }
        return code == Code.BADVERSION && !(op instanceof StoreOp.Create) ? Reason.OTHER_VERSION : null;
    }
}
