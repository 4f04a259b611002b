package dev.maintainer.connector.postgres.setup;

import java.util.ArrayList;
import java.util.List;

/**
 * The table in which those who read a source note what they see of its DDLs. Nothing of it needs a superuser. Its rows come in the
 * log, and count where they come unless they have a position.
 */
final class DetectedLog {
    private static final String TABLE = """
            create table if not exists maintainer.detected_ddl (
              id bigint generated always as identity primary key,
              source text not null, -- of which beginning of a changefeed
              detected_ts bigint, -- where in the log it counts
              noted_at timestamptz not null default pg_catalog.clock_timestamp(),
              kind text not null, -- baseline, found, dropped, publication
              tag text not null,
              object_oid bigint, schema_oid bigint, schema_name text, object_name text,
              relation_kind text, persistence text, partition_of bigint, added_values json, detail text, image json);""";

    private static final String INDEX =
            "create index if not exists detected_ddl_position on maintainer.detected_ddl (source, detected_ts);";

    private DetectedLog() {}

    static List<String> statements(String role) {
        List<String> statements = new ArrayList<>();
        statements.add(
                "-- What readers have seen of DDLs, where tables were emptied, and copies that were interrupted.");
        statements.add(TABLE);
        statements.add(INDEX);
        statements.addAll(DdlLog.OF_READERS);
        statements.add("grant select, insert, update, delete on maintainer.detected_ddl to " + role + ";");
        statements.add("grant select, insert on maintainer.truncation to " + role + ";");
        statements.add("grant select, insert, update, delete on maintainer.copy_window to " + role + ";");
        return statements;
    }
}
