package dev.maintainer.process.evidence;

import dev.maintainer.connector.files.claim.Claim;
import dev.maintainer.connector.files.claim.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Who has claimed which table of a sink, as its directory says. */
public final class SinkClaims {
    private SinkClaims() {}

    /** {@return the claims of each table, in their order, without those that are void} */
    public static SortedMap<String, List<Claim>> of(Path sink) throws IOException {
        SortedMap<String, List<Claim>> claims = new TreeMap<>();
        Path segments = sink.resolve(SegmentName.SEGMENTS);
        if (Files.isDirectory(segments)) {
            for (Path table : listed(segments)) {
                claims.put(String.valueOf(table.getFileName()), ofTable(table));
            }
        }
        return claims;
    }

    private static List<Path> listed(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static List<Claim> ofTable(Path table) throws IOException {
        SortedMap<Long, Claim> bySeq = new TreeMap<>();
        for (Path file : listed(table)) {
            String name = String.valueOf(file.getFileName());
            if (SegmentName.seqOf(name, SegmentName.CLAIM).isPresent()) {
                Claim claim = Claim.parse(Files.readString(file).strip());
                if (!Files.exists(table.resolve(claim.seq() + SegmentName.VOID))) {
                    bySeq.put(claim.seq(), claim);
                }
            }
        }
        return new ArrayList<>(bySeq.values());
    }
}
