package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.sql.Connections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Connections to the sink, and which dispatchers write in which of its sessions. */
final class SinkConnections implements Connections {
    private final World world;
    private final Map<SinkModel.Session, List<WorldDispatcher>> writing = new HashMap<>();
    /** Those whose turn it is. */
    private List<WorldDispatcher> inTurn = List.of();

    SinkConnections(World world) {
        this.world = world;
    }

    /** From now on it is their turn; whose it was before. */
    List<WorldDispatcher> turnOf(List<WorldDispatcher> dispatchers) {
        List<WorldDispatcher> before = inTurn;
        inTurn = dispatchers;
        return before;
    }

    /** What comes again behind a copy, until {@code copiedTs}, may be older than what was copied. */
    boolean mayGoBack(SinkModel.Session session, String table, long copiedTs) {
        List<WorldDispatcher> dispatchers = writing.getOrDefault(session, List.of());
        return dispatchers.stream()
                .filter(dispatcher ->
                        dispatchers.size() == 1 || nameOf(dispatcher).equals(table))
                .allMatch(dispatcher -> dispatcher.batch().isEmpty()
                        || dispatcher.batch().get(0).commitTs() <= copiedTs);
    }

    private String nameOf(WorldDispatcher dispatcher) {
        SinkModel.SinkRow target = world.sink
                .rows("target")
                .get(String.valueOf(dispatcher.span.table().value()));
        return target == null
                ? ""
                : "\"" + target.values().get("schema_name") + "\".\""
                        + target.values().get("table_name") + "\"";
    }

    @Override
    public Connection take() throws SQLException {
        if (!world.isCalm() && world.chance.oneIn(80)) {
            throw new SQLException("no connection", "08001");
        }
        SinkModel.Session session = world.sink.connect();
        if (!inTurn.isEmpty()) {
            writing.put(session, inTurn);
        }
        return ModelConnection.of(session);
    }

    @Override
    public Connection dial() {
        return ModelConnection.of(world.sink.connect());
    }

    @Override
    public long made() {
        return world.sink.connections();
    }

    @Override
    public void close() {}
}
