package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An idle span is closed on one node and opened on another one, which is what a move consists of beside messages. */
final class MoveTrial implements Trial {
    private final SpeedServers servers;
    private final SpeedOptions options;

    MoveTrial(SpeedServers servers, SpeedOptions options) {
        this.servers = servers;
        this.options = options;
    }

    @Override
    public void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException {
        String source = servers.newSource(List.of(InsertLoad.creation("moved")));
        String sink = servers.sink().newDatabase();
        try (OwnReplication one = new OwnReplication(servers, source, sink, "move", "n1", options.directory());
                OwnReplication other = new OwnReplication(servers, source, sink, "move", "n2", options.directory())) {
            one.createTables();
            TableInfo table = one.table("moved");
            TableSpan span = TableSpan.whole(table.table());
            DispatcherId present = one.begin(table, span, one.createdTs());
            long end = servers.endOfLog(source);
            one.follow(end);
            Patience.await("the other node to come as far", () -> other.source().resolvedTs() >= end);
            List<Long> took = new ArrayList<>();
            for (int i = 0; i < options.fences(); i++) {
                OwnReplication from = i % 2 == 0 ? one : other;
                OwnReplication to = i % 2 == 0 ? other : one;
                long began = System.nanoTime();
                long checkpoint = from.end(present);
                present = to.begin(table, span, checkpoint);
                to.awaitWorking(present);
                took.add(System.nanoTime() - began);
            }
            report.durations("move of a span without data", took, "300 ms");
        }
    }
}
