package dev.maintainer.connector.postgres.reader;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself, before anything is read.
 *
 * @param server the server
 * @param slot null if there is no slot of that name
 * @param holder who reads the slot now; null if nobody does
 * @param publication null if there is none of that name
 * @param history of its timelines; null if it is on the timeline that is known
 */
record SourceFacts(
        Server server,
        @Nullable Slot slot,
        @Nullable Holder holder,
        @Nullable Publication publication,
        @Nullable TimelineHistory history) {
    /**
     * The server and the database.
     *
     * @param version such as 180006
     * @param walEnd where its log ends
     * @param standby whether it follows another one
     */
    record Server(
            int version,
            String systemId,
            String database,
            long databaseOid,
            int timeline,
            long walEnd,
            boolean standby) {}

    /**
     * A replication slot.
     *
     * @param database null if it is not for logical decoding
     * @param plugin null if it is not for logical decoding
     * @param confirmedLsn up to which it may be forgotten; 0 if it is not ready
     * @param restartLsn from which decoding begins, and the log is retained; 0 if it is lost
     * @param walStatus null if the slot has none
     * @param invalidationReason null if it is valid
     */
    record Slot(
            @Nullable String database,
            @Nullable String plugin,
            boolean temporary,
            boolean twoPhase,
            long confirmedLsn,
            long restartLsn,
            @Nullable String walStatus,
            @Nullable String invalidationReason) {}

    /**
     * A session that reads the slot.
     *
     * @param sameRole whether it belongs to the role of this reader
     */
    record Holder(int pid, String applicationName, boolean sameRole) {}

    /**
     * A publication.
     *
     * @param unpublished what it leaves out of insert, update, delete and truncate
     * @param viaRoot whether changes of partitions are told as those of their root
     * @param limitedTables tables of which it has not all rows or columns
     */
    record Publication(long oid, List<String> unpublished, boolean viaRoot, List<String> limitedTables) {
        Publication {
            unpublished = List.copyOf(unpublished);
            limitedTables = List.copyOf(limitedTables);
        }
    }
}
