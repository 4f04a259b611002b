package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.sql.FailureKind;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction in which several sessions write: it enters once, looks at all of them, writes the rows of each, advances all, and
 * commits once. If anything of it is not as it is almost always, nothing is committed, and each writer finds out by itself what that is.
 *
 * <p>All who write in the same tables do so in the same order, and all who lock several sessions, too: so nobody waits for each
 * other.
 */
final class SharedTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(SharedTransaction.class);

    private static final Comparator<TableSpan> BY_PLACE =
            Comparator.comparing(TableSpan::table).thenComparing(TableSpan::start);

    private final Ownership ownership;
    private final SpanSessions sessions;
    private final Transactions transactions;

    /** What one of them writes. */
    record Part(PostgresSpanWriter writer, List<RowEvent> rows) {}

    /** What that amounts to. */
    private record Written(PostgresSpanWriter writer, SpanTable.Effect effect) {}

    SharedTransaction(Ownership ownership, SpanSessions sessions, Transactions transactions) {
        this.ownership = ownership;
        this.sessions = sessions;
        this.transactions = transactions;
    }

    /** Whether all rows are durable; if they are not, each writer has to write its own. */
    boolean write(List<Part> given) {
        List<Part> parts = new ArrayList<>(given);
        parts.sort(Comparator.comparing(part -> part.writer().span(), BY_PLACE));
        List<PostgresSpanWriter> bySession = new ArrayList<>();
        parts.forEach(part -> bySession.add(part.writer()));
        bySession.sort(Comparator.comparingLong(PostgresSpanWriter::session));
        for (PostgresSpanWriter writer : bySession) {
            writer.lock().lock();
        }
        try {
            if (!bySession.stream().allMatch(PostgresSpanWriter::mayShare)) {
                return false;
            }
            bySession.forEach(PostgresSpanWriter::beginShared);
            boolean done = attempt(parts);
            bySession.forEach(PostgresSpanWriter::endShared);
            return done;
        } finally {
            for (PostgresSpanWriter writer : bySession) {
                writer.lock().unlock();
            }
        }
    }

    private boolean attempt(List<Part> parts) {
        try {
            return transactions.attempt(connection -> writeAll(connection, parts));
        } catch (SQLException | RuntimeException e) {
            // Whoever is to blame says so when it writes by itself.
            LOG.debug("{} spans could not be written together: {}", parts.size(), e.getMessage());
            return false;
        }
    }

    private boolean writeAll(Connection connection, List<Part> parts) throws SQLException {
        MaintainerEpoch epoch = parts.get(0).writer().accepted();
        List<Ownership.Look> looks = ownership.enterTogether(
                connection,
                epoch,
                parts.stream().map(part -> part.writer().span().table()).toList(),
                parts.stream().map(part -> part.writer().session()).toList());
        if (looks.size() < parts.size()) {
            return false;
        }
        List<Written> written = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (!mayWrite(part.writer(), epoch, looks.get(i), looks.get(0))) {
                part.writer().keepApart();
                return false;
            }
            written.add(new Written(part.writer(), write(connection, part, looks.get(i))));
        }
        written.sort(Comparator.comparingLong(one -> one.writer().session()));
        List<SpanSessions.Advance> advances = new ArrayList<>(written.size());
        written.forEach(one -> advances.add(one.writer().advance(one.effect())));
        if (!sessions.advanceTogether(connection, advances)) {
            return false;
        }
        written.forEach(one -> one.writer().sending(one.effect()));
        connection.commit();
        written.forEach(one -> one.writer().committed(one.effect()));
        return true;
    }

    /** Triggers count for tables without columns, and for no other: they are not written in one transaction. */
    private static boolean mayWrite(
            PostgresSpanWriter writer, MaintainerEpoch epoch, Ownership.Look look, Ownership.Look first) {
        return writer.accepted().equals(epoch) && writer.isAsUsual(look, epoch) && look.isTyped() == first.isTyped();
    }

    private static SpanTable.Effect write(Connection connection, Part part, Ownership.Look look) throws SQLException {
        try {
            return part.writer().writeShared(connection, look, part.rows());
        } catch (SQLException e) {
            if (FailureKind.of(e) != FailureKind.LOST) {
                part.writer().keepApart(e);
            }
            throw e;
        } catch (RuntimeException e) {
            part.writer().keepApart();
            throw e;
        }
    }
}
