package dev.maintainer.connector.postgres.world;

import com.google.common.base.Splitter;
import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The server of the sink: transactions of READ COMMITTED over keyed rows, with the locks of rows and the advisory ones. It stands for
 * all sessions, those of processes that are gone included: whoever is not heard of again may be about to commit.
 */
final class SinkModel {
    /** Something happens between two statements of a session. */
    interface Interruptions {
        /** A session is about to execute something; whatever others do now comes between. */
        void at(Session session);

        /** What becomes of a commit. */
        Fate fateOf(Session session);
    }

    /** What becomes of a commit. */
    enum Fate {
        ANSWERED,
        /** It happens, and the answer is lost. */
        ANSWER_LOST,
        /** It does not arrive. */
        LOST,
        /** It happens later, and the answer is lost. */
        HELD_UP
    }

    /** Looks at what is committed. */
    interface Witness {
        void committed(Session session, SinkModel server, Map<String, Map<String, SinkRow>> changes);
    }

    /**
     * A row, also one that is gone.
     *
     * @param values by column; nothing if the row is gone
     */
    record SinkRow(Map<String, @Nullable Object> values) {
        static final SinkRow GONE = new SinkRow(Map.of());

        boolean isGone() {
            return values.isEmpty();
        }
    }

    private long connections;
    private final Map<String, TreeMap<String, SinkRow>> relations = new TreeMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Interruptions interruptions;
    private final Witness witness;
    private long nextSession = 1;

    SinkModel(Interruptions interruptions, Witness witness) {
        this.interruptions = interruptions;
        this.witness = witness;
    }

    Session connect() {
        connections++;
        return new Session();
    }

    /** How many there were so far. */
    long connections() {
        return connections;
    }

    /** The rows of a relation, as they were committed. */
    SortedMap<String, SinkRow> rows(String relation) {
        return relations.computeIfAbsent(relation, any -> new TreeMap<>());
    }

    /** The rows of all tables, as {@link SourceModel#contents} has them. */
    Map<String, SortedMap<String, Map<String, String>>> contents() {
        Map<String, SortedMap<String, Map<String, String>>> contents = new TreeMap<>();
        rows("table").keySet().forEach(name -> contents.put(name, contents(name)));
        return contents;
    }

    private SortedMap<String, Map<String, String>> contents(String table) {
        TreeMap<String, Map<String, String>> contents = new TreeMap<>();
        rows(table).forEach((key, row) -> {
            Map<String, String> values = new TreeMap<>();
            row.values().forEach((column, value) -> {
                if (value != null) {
                    values.put(column, value.toString());
                }
            });
            contents.put(key.startsWith("#") ? SourceTableModel.numbered(contents, values) : key, values);
        });
        return contents;
    }

    private static SQLException failure(String text, String state) {
        return new SQLException(text, state);
    }

    /** One connection, until its server process has ended. */
    final class Session implements ModelConnection.Session {
        private final Map<String, Map<String, SinkRow>> changes = new LinkedHashMap<>();
        private final Set<String> locks = new HashSet<>();
        private String applicationName = "";
        private boolean alone;
        private boolean shared;
        private boolean ended;
        private boolean heldUp;

        private Session() {
            sessions.add(this);
        }

        /** The epoch under which it has entered; 0 if it has not. */
        long epoch() {
            List<String> parts = Splitter.on('/').splitToList(applicationName);
            return parts.size() < 2 ? 0 : Long.parseLong(parts.get(1));
        }

        @Override
        public Answer execute(String sql, List<@Nullable Object> parameters) throws SQLException {
            interruptions.at(this);
            requireAlive();
            return SinkStatement.of(this, sql, parameters).answer();
        }

        private void requireAlive() throws SQLException {
            if (ended) {
                throw failure("terminating connection due to administrator command", "57P01");
            }
        }

        @Override
        public void commit() throws SQLException {
            interruptions.at(this);
            requireAlive();
            switch (interruptions.fateOf(this)) {
                case ANSWERED -> apply();
                case ANSWER_LOST -> {
                    apply();
                    end();
                    throw failure("the connection is broken", "08006");
                }
                case LOST -> {
                    end();
                    throw failure("the connection is broken", "08006");
                }
                case HELD_UP -> {
                    heldUp = true;
                    throw failure("the connection is broken", "08006");
                }
            }
        }

        private void apply() {
            witness.committed(this, SinkModel.this, changes);
            changes.forEach((relation, rows) -> rows.forEach((key, row) -> {
                if (row.isGone()) {
                    rows(relation).remove(key);
                } else {
                    rows(relation).put(key, row);
                }
            }));
            forget();
        }

        private void forget() {
            changes.clear();
            locks.clear();
            alone = false;
            shared = false;
            heldUp = false;
            applicationName = "";
        }

        @Override
        public void rollback() {
            if (!heldUp) {
                forget();
            }
        }

        @Override
        public void close() {
            if (!heldUp) {
                end();
            }
        }

        /** The server process is gone. */
        void end() {
            forget();
            ended = true;
            sessions.remove(this);
        }

        /** The commit that is under way arrives. */
        void arrive() {
            apply();
            end();
        }

        boolean isHeldUp() {
            return heldUp;
        }

        // ---- locks

        /** Whoever only waits for the network is waited for; whoever stands still is not. */
        private void awaitOr(Session other, String what) throws SQLException {
            if (other.heldUp) {
                other.arrive();
                return;
            }
            throw failure("canceling statement due to lock timeout, " + what, "55P03");
        }

        void lockChangefeed(boolean asOnlyOne) throws SQLException {
            for (Session other : List.copyOf(sessions)) {
                if (other != this && (other.alone || (asOnlyOne && other.shared))) {
                    awaitOr(other, "changefeed");
                }
            }
            alone |= asOnlyOne;
            shared |= !asOnlyOne;
        }

        void lock(String what) throws SQLException {
            for (Session other : List.copyOf(sessions)) {
                if (other != this && other.locks.contains(what)) {
                    awaitOr(other, what);
                }
            }
            locks.add(what);
        }

        void enter(String name) {
            applicationName = name;
        }

        int endFormer(long epoch) {
            int count = 0;
            for (Session other : List.copyOf(sessions)) {
                if (other != this && (other.alone || other.shared) && other.epoch() > 0 && other.epoch() < epoch) {
                    other.end();
                    count++;
                }
            }
            return count;
        }

        // ---- rows

        @Nullable
        SinkRow row(String relation, String key) {
            SinkRow own = changes.getOrDefault(relation, Map.of()).get(key);
            SinkRow found = own == null ? rows(relation).get(key) : own;
            return found == null || found.isGone() ? null : found;
        }

        SortedMap<String, SinkRow> all(String relation) {
            TreeMap<String, SinkRow> all = new TreeMap<>(rows(relation));
            all.putAll(changes.getOrDefault(relation, Map.of()));
            all.values().removeIf(SinkRow::isGone);
            return all;
        }

        /** What is there when its lock is there. */
        @Nullable
        SinkRow locked(String relation, String key) throws SQLException {
            lock(relation + " " + key);
            return row(relation, key);
        }

        void put(String relation, String key, SinkRow row) throws SQLException {
            lock(relation + " " + key);
            changes.computeIfAbsent(relation, any -> new LinkedHashMap<>()).put(key, row);
        }

        void set(String relation, String key, @Nullable Object... values) throws SQLException {
            SinkRow before = row(relation, key);
            Map<String, @Nullable Object> row = before == null ? new HashMap<>() : new HashMap<>(before.values());
            for (int i = 0; i < values.length; i += 2) {
                row.put(String.valueOf(values[i]), values[i + 1]);
            }
            put(relation, key, new SinkRow(row));
        }

        long nextSession() {
            return nextSession++;
        }

        @Override
        public String toString() {
            return applicationName + Arrays.asList(alone ? "alone" : shared ? "shared" : "free");
        }
    }
}
