package dev.maintainer.cluster.embedded;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.LeaderElection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the leader within one process: whoever has waited longest. Leader epochs are counted in a file, so they go on
 * rising over processes that use the same directory one after the other. Thread-safe.
 */
public final class FileLeaderElection implements LeaderElection {
    private final Path file;
    private final Map<NodeId, Candidate> candidates = new LinkedHashMap<>();
    private @Nullable NodeId leader;

    /**
     * Nobody leads yet.
     *
     * @param file has the last leader epoch; made if it is missing. Its directory exists
     */
    public FileLeaderElection(Path file) {
        this.file = file;
    }

    /** @throws MaintainerException if the leader epoch cannot be read or written */
    @Override
    public synchronized void campaign(NodeId node, Candidate candidate) throws MaintainerException {
        if (candidates.putIfAbsent(node, candidate) != null) {
            throw new IllegalStateException("node " + node + " is a candidate already");
        }
        try {
            elect();
        } catch (MaintainerException e) {
            // Whoever is refused may try again.
            candidates.remove(node);
            throw e;
        }
    }

    @Override
    public synchronized void withdraw(NodeId node) {
        Candidate candidate = candidates.remove(node);
        if (candidate != null && node.equals(leader)) {
            leader = null;
            candidate.deposed();
            elect();
        }
    }

    private void elect() {
        if (leader != null || candidates.isEmpty()) {
            return;
        }
        long leaderEpoch = nextEpoch();
        Map.Entry<NodeId, Candidate> first = candidates.entrySet().iterator().next();
        leader = first.getKey();
        first.getValue().elected(leaderEpoch);
    }

    private long nextEpoch() throws MaintainerException {
        try {
            long last =
                    Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
            AtomicFile.replace(file, last + 1 + "\n");
            return last + 1;
        } catch (IOException | NumberFormatException e) {
            throw new MaintainerException(
                    ErrorCode.METADATA_UNAVAILABLE,
                    "the leader epoch in " + file + " cannot be read or written: " + e
                            + "; if the file is broken, write a number into it that is higher than any before",
                    e);
        }
    }
}
