package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.reader.SourceFacts.Holder;
import dev.maintainer.connector.postgres.reader.SourceFacts.Publication;
import dev.maintainer.connector.postgres.reader.SourceFacts.Server;
import dev.maintainer.connector.postgres.reader.SourceFacts.Slot;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides before every start whether what a server has is the continuation of what was read. The server itself does not: it
 * begins later than it was asked to if the slot has moved, and with nothing if the publication has been made anew.
 *
 * @param slot its name
 * @param publication its name
 * @param epoch of this reader
 * @param startTs what was committed after this position has to come
 * @param known what was read from so far; null if nothing was
 */
record StartCheck(
        String slot,
        String publication,
        long epoch,
        long startTs,
        @Nullable KnownSource known) {
    /** The first release in which messages of running transactions and the options of this reader are as it knows them. */
    private static final int OLDEST_VERSION = 150_000;

    private static final String WAYS_OUT =
            "; copy the tables anew, or remove the changefeed: what is missing cannot be read any more";

    StartDecision decide(SourceFacts facts) {
        Server server = facts.server();
        if (server.version() < OLDEST_VERSION) {
            return refused(
                    ErrorCode.BAD_CONFIGURATION,
                    "the source is PostgreSQL " + server.version() / 10_000
                            + ", and 15 is the oldest that can be read");
        }
        @Nullable StartDecision decision = ofServer(server, facts.history());
        decision = decision != null ? decision : ofPublication(facts.publication(), server);
        decision = decision != null ? decision : ofSlot(facts.slot(), server);
        decision = decision != null ? decision : ofHolder(facts.holder());
        if (decision != null) {
            return decision;
        }
        Publication published = Objects.requireNonNull(facts.publication());
        return new StartDecision.Start(
                new KnownSource(server.systemId(), server.databaseOid(), server.timeline(), published.oid()));
    }

    private @Nullable StartDecision ofServer(Server server, @Nullable TimelineHistory history) {
        if (known != null && !known.systemId().equals(server.systemId())) {
            return refused(
                    ErrorCode.SOURCE_CHANGED,
                    "the source has the system identifier " + Printable.line(server.systemId())
                            + ", and what was read so far came from " + Printable.line(known.systemId())
                            + "; correct its address, or copy the tables anew");
        }
        if (known != null && known.databaseOid() != server.databaseOid()) {
            return refused(
                    ErrorCode.SOURCE_CHANGED,
                    "database " + Printable.quoted(server.database()) + " has the number " + server.databaseOid()
                            + ", and that which was read so far had " + known.databaseOid()
                            + "; correct the address, or copy the tables anew");
        }
        if (server.standby()) {
            return new StartDecision.Wait("the server is a standby");
        }
        if (known != null && server.timeline() < known.timeline()) {
            return new StartDecision.Wait(
                    "the server is on timeline " + server.timeline() + ", and was left for one on " + known.timeline());
        }
        if (known != null && server.timeline() > known.timeline()) {
            OptionalLong end = history == null ? OptionalLong.empty() : history.endOf(known.timeline());
            if (end.isEmpty() || end.getAsLong() < startTs) {
                return lost(
                        "the server was promoted to timeline " + server.timeline() + " with the content of timeline "
                                + known.timeline() + (end.isEmpty() ? "" : " up to " + text(end.getAsLong()))
                                + ", and up to " + text(startTs) + " has been read");
            }
        }
        if (server.walEnd() < startTs) {
            return lost("the log of the source ends at " + text(server.walEnd()) + ", and up to " + text(startTs)
                    + " has been read: the source was set back");
        }
        return null;
    }

    private @Nullable StartDecision ofPublication(@Nullable Publication found, Server server) {
        if (found == null) {
            return known == null
                    ? refused(
                            ErrorCode.BAD_CONFIGURATION,
                            "there is no publication " + Printable.quoted(publication) + " in database "
                                    + Printable.quoted(server.database()) + "; create it before the slot")
                    : lost("publication " + Printable.quoted(publication) + " was dropped");
        }
        if (known != null && known.publicationOid() != found.oid()) {
            return lost("publication " + Printable.quoted(publication) + " was dropped and made anew, and changes from"
                    + " before are not in it");
        }
        if (!found.unpublished().isEmpty()
                || found.viaRoot()
                || !found.limitedTables().isEmpty()) {
            return refused(
                    ErrorCode.BAD_CONFIGURATION,
                    "publication " + Printable.quoted(publication) + " does not tell all: "
                            + String.join("; ", shortcomings(found)) + "; alter it");
        }
        return null;
    }

    private static List<String> shortcomings(Publication found) {
        List<String> shortcomings = new ArrayList<>();
        if (!found.unpublished().isEmpty()) {
            shortcomings.add("it leaves out " + String.join(", ", found.unpublished()));
        }
        if (found.viaRoot()) {
            shortcomings.add("it has publish_via_partition_root");
        }
        if (!found.limitedTables().isEmpty()) {
            shortcomings.add(
                    "it has not all rows or columns of " + Printable.line(String.join(", ", found.limitedTables())));
        }
        return shortcomings;
    }

    private @Nullable StartDecision ofSlot(@Nullable Slot found, Server server) {
        if (found == null) {
            return lost("replication slot " + slot + " is not there");
        }
        if (!server.database().equals(found.database()) || !"pgoutput".equals(found.plugin())) {
            return refused(
                    ErrorCode.BAD_CONFIGURATION,
                    "replication slot " + slot + " is for plug-in " + Printable.line(String.valueOf(found.plugin()))
                            + " of database " + Printable.line(String.valueOf(found.database()))
                            + ", and has to be for pgoutput of " + Printable.line(server.database())
                            + "; choose another name for the slot");
        }
        if (found.temporary() || found.twoPhase()) {
            return refused(
                    ErrorCode.BAD_CONFIGURATION,
                    "replication slot " + slot + " is " + (found.temporary() ? "temporary" : "for two-phase commits")
                            + "; choose another name for the slot");
        }
        if (found.invalidationReason() != null || "lost".equals(found.walStatus())) {
            return lost("replication slot " + slot + " was invalidated by the server"
                    + (found.invalidationReason() == null ? "" : ": " + Printable.line(found.invalidationReason())));
        }
        if (found.confirmedLsn() > startTs) {
            return lost("replication slot " + slot + " begins after " + text(found.confirmedLsn()) + ", and only up to "
                    + text(startTs) + " has been read: it was moved, or dropped and made anew");
        }
        return null;
    }

    private @Nullable StartDecision ofHolder(@Nullable Holder holder) {
        if (holder == null) {
            return null;
        }
        OptionalLong other = ReaderName.epoch(holder.applicationName());
        if (other.isPresent() && other.getAsLong() > epoch) {
            return refused(
                    ErrorCode.FENCED,
                    "replication slot " + slot + " is read under epoch " + other.getAsLong() + ", and this reader has "
                            + epoch + ": it was replaced");
        }
        if (other.isPresent() && holder.sameRole()) {
            return new StartDecision.TakeOver(holder.pid());
        }
        return new StartDecision.Wait("replication slot " + slot + " is read by session " + holder.pid() + ", "
                + Printable.quoted(holder.applicationName()));
    }

    private StartDecision lost(String what) {
        return refused(ErrorCode.SOURCE_HISTORY_LOST, what + WAYS_OUT);
    }

    private static StartDecision refused(ErrorCode code, String message) {
        return new StartDecision.Refuse(code, message);
    }

    private static String text(long lsn) {
        return Lsn.text(lsn);
    }
}
