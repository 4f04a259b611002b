package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What those who read a source without event triggers note of its DDLs: a table that is published. */
final class DetectedModel {
    /** In the order in which statements name them. */
    private static final List<String> WRITTEN = Stream.concat(
                    Stream.of("source", "detected_ts"),
                    SourceModel.NOTE_COLUMNS.stream().skip(1))
            .toList();

    static final List<String> COLUMNS =
            Stream.concat(Stream.of("id"), WRITTEN.stream()).toList();

    private static final int ID = 0;

    private final SourceModel server;
    private final TreeMap<Long, Map<String, @Nullable String>> rows = new TreeMap<>();
    private long nextId = 1;

    DetectedModel(SourceModel server) {
        this.server = server;
    }

    /** What the tables looked like where the changefeed began. */
    void begin(String source, long startTs, Collection<SourceTableModel> tables) {
        for (SourceTableModel table : tables) {
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            row.put("source", source);
            row.put("detected_ts", Long.toString(startTs));
            row.put("kind", "baseline");
            row.put("tag", "SETUP");
            row.putAll(table.found());
            row.put("id", Long.toString(nextId));
            rows.put(nextId++, row);
        }
    }

    /** A row that was in a part of the log that is lost. */
    void forget(List<@Nullable String> values) {
        rows.remove(Long.parseLong(Objects.requireNonNull(values.get(ID))));
    }

    /** A connection; what it writes is there when it commits. */
    final class Session {
        private final TreeMap<Long, Map<String, @Nullable String>> written = new TreeMap<>();

        /** Null if the statement is about something else. */
        @Nullable
        Answer execute(String sql, List<@Nullable Object> parameters) {
            if (sql.startsWith("insert into maintainer.detected_ddl")) {
                return insert(parameters);
            } else if (sql.startsWith("update maintainer.detected_ddl")) {
                return place(parameters);
            } else if (sql.contains("from maintainer.detected_ddl where source = ? and detected_ts <= ?")) {
                return select(parameters, true);
            } else if (sql.contains("from maintainer.detected_ddl where source = ? and detected_ts = ?")) {
                return select(parameters, false);
            } else if (sql.startsWith("lock table maintainer.detected_ddl")
                    || sql.startsWith("select l.virtualtransaction")) {
                return Answer.NOTHING;
            } else if (sql.startsWith("select c.oid::bigint as object_oid")) {
                return catalog(parameters);
            } else if (sql.startsWith("select c.oid::bigint from pg_class")) {
                return there(parameters);
            }
            return null;
        }

        private Answer insert(List<@Nullable Object> parameters) {
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            for (int i = 0; i < WRITTEN.size(); i++) {
                Object value = parameters.get(i);
                row.put(WRITTEN.get(i), value == null ? null : value.toString());
            }
            if (parameters.size() > WRITTEN.size() && isNotedLast(row)) {
                return Answer.changed(0);
            }
            row.put("id", Long.toString(nextId));
            written.put(nextId++, row);
            return Answer.changed(1);
        }

        private boolean isNotedLast(Map<String, @Nullable String> row) {
            return rows.descendingMap().values().stream()
                    .filter(each -> Objects.equals(each.get("object_oid"), row.get("object_oid")))
                    .findFirst()
                    .filter(last -> Stream.of("kind", "detail", "object_name", "image")
                            .allMatch(column -> Objects.equals(last.get(column), row.get(column))))
                    .isPresent();
        }

        private Answer place(List<@Nullable Object> parameters) {
            long ts = (Long) Objects.requireNonNull(parameters.get(0));
            for (Object id : (Object[]) Objects.requireNonNull(parameters.get(1))) {
                Map<String, @Nullable String> row = rows.get((Long) id);
                String before = row == null ? null : row.get("detected_ts");
                if (row != null && (before == null || Long.parseLong(before) > ts)) {
                    row.put("detected_ts", Long.toString(ts));
                }
            }
            return Answer.changed(1);
        }

        private Answer select(List<@Nullable Object> parameters, boolean isUpTo) {
            long ts = (Long) Objects.requireNonNull(parameters.get(1));
            List<List<@Nullable Object>> found = new ArrayList<>();
            TreeMap<Long, Map<String, @Nullable String>> visible = new TreeMap<>(rows);
            visible.putAll(written);
            for (Map<String, @Nullable String> row : visible.values()) {
                String placed = row.get("detected_ts");
                if (placed != null && (isUpTo ? Long.parseLong(placed) <= ts : Long.parseLong(placed) == ts)) {
                    List<@Nullable Object> values = new ArrayList<>();
                    SourceModel.NOTE_COLUMNS.forEach(column -> values.add(row.get(column)));
                    values.add(Long.valueOf(placed));
                    found.add(values);
                }
            }
            found.sort(Comparator.comparingLong(row -> (Long) Objects.requireNonNull(row.get(row.size() - 1))));
            return new Answer(found, 0);
        }

        private Answer catalog(List<@Nullable Object> parameters) {
            List<Object> wanted = parameters.size() > 1
                    ? Arrays.asList((Object[]) Objects.requireNonNull(parameters.get(1)))
                    : List.copyOf(server.tables.keySet());
            List<List<@Nullable Object>> found = new ArrayList<>();
            for (SourceTableModel table : server.tables.values()) {
                if (wanted.contains(table.oid)) {
                    Map<String, @Nullable String> columns = table.found();
                    List<@Nullable Object> row = new ArrayList<>();
                    List.of(
                                    "object_oid",
                                    "schema_oid",
                                    "schema_name",
                                    "object_name",
                                    "relation_kind",
                                    "persistence",
                                    "added_values",
                                    "image",
                                    "detail")
                            .forEach(column -> row.add(columns.get(column)));
                    found.add(row);
                }
            }
            return new Answer(found, 0);
        }

        private Answer there(List<@Nullable Object> parameters) {
            List<List<@Nullable Object>> found = new ArrayList<>();
            for (Object oid : (Object[]) Objects.requireNonNull(parameters.get(0))) {
                if (server.tables.containsKey((Long) oid)) {
                    found.add(List.of(oid));
                }
            }
            return new Answer(found, 0);
        }

        void commit() {
            if (!written.isEmpty()) {
                List<List<@Nullable String>> values = new ArrayList<>();
                written.values().forEach(row -> {
                    List<@Nullable String> texts = new ArrayList<>();
                    COLUMNS.forEach(column -> texts.add(row.get(column)));
                    values.add(texts);
                });
                rows.putAll(written);
                written.clear();
                server.commitDetected(values);
            }
        }

        void rollback() {
            written.clear();
        }
    }
}
