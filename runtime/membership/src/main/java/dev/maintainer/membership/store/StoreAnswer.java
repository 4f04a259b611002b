package dev.maintainer.membership.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of a request. Each request has one answer, unless the process ends first. */
public sealed interface StoreAnswer {
    /** The whole transaction is durable. */
    record Committed() implements StoreAnswer {}

    /**
     * Nothing of the transaction has happened.
     *
     * @param op which part cannot be; 0 is the first
     * @param reason why
     */
    record Rejected(int op, Reason reason) implements StoreAnswer {}

    /**
     * What was asked for.
     *
     * @param records those that are there, by path
     */
    record Records(SortedMap<StorePath, Stored> records) implements StoreAnswer {
        /**
         * Copies the map.
         *
         * @param records those that are there, by path
         */
        public Records {
            records = Collections.unmodifiableSortedMap(new TreeMap<>(records));
        }

        /**
         * {@return the record at a path; null if there is none}
         *
         * @param path where
         */
        public @Nullable Stored at(StorePath path) {
            return records.get(path);
        }
    }

    /**
     * The connection was lost, or the session has ended: a transaction may be durable all the same, or become so until
     * the session has ended for the store. Nothing was read.
     */
    record Unknown() implements StoreAnswer {}

    /** Why a part of a transaction cannot be. */
    enum Reason {
        /** There is no such record. */
        NO_RECORD,
        /** There is a record already. */
        RECORD_EXISTS,
        /** It has another version. */
        OTHER_VERSION
    }
}
