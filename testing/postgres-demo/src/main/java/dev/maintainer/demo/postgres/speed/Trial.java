package dev.maintainer.demo.postgres.speed;

import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.sql.SQLException;

/** Something that is measured. */
interface Trial {
    /**
     * Measures it, and tells the result. Used once.
     *
     * @throws RunFailedException if something that was waited for has not happened, or the result of replication is wrong
     */
    void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException;
}
