package dev.maintainer.membership.store;

import java.util.List;

/** What can be asked of the store. Requests of one session take effect in the order in which they were sent. */
public sealed interface StoreRequest {
    /**
     * Asks for a transaction; answered by {@link StoreAnswer.Committed}, or {@link StoreAnswer.Rejected} by its first
     * part that fails.
     *
     * @param ops its parts, in order
     */
    record Commit(List<StoreOp> ops) implements StoreRequest {
        /**
         * Copies the list.
         *
         * @param ops its parts, in order
         */
        public Commit {
            ops = List.copyOf(ops);
        }

        /**
         * A transaction of some parts.
         *
         * @param ops its parts, in order
         */
        public Commit(StoreOp... ops) {
            this(List.of(ops));
        }
    }

    /**
     * Asks for records; answered by {@link StoreAnswer.Records}. The state that is read is not older than any that the
     * session has read or written before.
     *
     * @param paths which records
     * @param fresh whether the state must also be as new as everything that was committed before the request was sent
     */
    record Read(List<StorePath> paths, boolean fresh) implements StoreRequest {
        /**
         * Copies the list.
         *
         * @param paths which records
         * @param fresh whether it must be as new as everything that was committed before
         */
        public Read {
            paths = List.copyOf(paths);
        }
    }

    /**
     * Asks for all records of a kind; answered by {@link StoreAnswer.Records}. As new as a {@link Read} would be.
     *
     * @param kind which records
     * @param fresh as in {@link Read}
     */
    record ReadAll(StorePath.Kind kind, boolean fresh) implements StoreRequest {}
}
