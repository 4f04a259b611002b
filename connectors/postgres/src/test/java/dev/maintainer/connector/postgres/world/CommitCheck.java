package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.world.SinkModel.SinkRow;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at each commit of the sink. */
final class CommitCheck implements SinkModel.Witness {
    private final World world;

    CommitCheck(World world) {
        this.world = world;
    }

    @Override
    public void committed(SinkModel.Session session, SinkModel server, Map<String, Map<String, SinkRow>> changes) {
        SinkRow owner = server.rows("owner").get("");
        long epoch =
                owner == null ? 0 : (Long) Objects.requireNonNull(owner.values().get("epoch"));
        boolean writes = changes.keySet().stream().anyMatch(relation -> relation.startsWith("\""));
        if (writes && session.epoch() < epoch) {
            throw new Violated(
                    Law.FENCED, "a session of epoch " + session.epoch() + " commits rows, and " + epoch + " is fenced");
        }
        changes.getOrDefault("sync_point", Map.of()).values().forEach(noted -> {
            long ts = (Long) Objects.requireNonNull(noted.values().get("commit_ts"));
            world.comparison.requireSyncPoint(ts);
        });
        changes.forEach((relation, rows) -> {
            if (relation.startsWith("\"")) {
                rows.forEach((key, row) ->
                        look(session, relation, key, server.rows(relation).get(key), row));
            }
        });
    }

    private void look(SinkModel.Session session, String table, String key, @Nullable SinkRow before, SinkRow after) {
        if (before == null || after.isGone() || world.control.mayGoBack(session, table)) {
            return;
        }
        long was = version(before);
        long is = version(after);
        if (is < was) {
            throw new Violated(
                    Law.NEVER_BACK,
                    "row " + key + " of " + table + " goes back from " + before.values() + " to " + after.values());
        }
    }

    private static long version(SinkRow row) {
        Object value = row.values().get("v");
        return value == null ? 0 : Long.parseLong(value.toString());
    }
}
