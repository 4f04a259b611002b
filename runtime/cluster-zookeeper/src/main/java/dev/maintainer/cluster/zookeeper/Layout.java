package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where records are. Changefeeds are spread over 256 directories: the answer that lists a directory may have one mebibyte,
 * which ten thousand long names exceed.
 */
final class Layout {
    private static final int BUCKETS = 256;

    private final String root;

    /** Paths below an absolute one. */
    Layout(String root) {
        this.root = root;
    }

    String root() {
        return root;
    }

    /** Where it is written which cluster this is. */
    String cluster() {
        return root + "/cluster";
    }

    String of(StorePath path) {
        String name = EscapedName.of(path.name());
        return switch (path.kind()) {
            case LEADER -> root + "/leader";
            case LEADER_EPOCH -> root + "/leader-epoch";
            case ROSTER -> root + "/roster";
            case FLOOR -> root + "/floor";
            case CLUSTER -> cluster();
            case MEMBER, PRESENCE, LEASE, PROGRESS -> directory(path.kind()) + "/" + name;
            case CHANGEFEED -> directory(Kind.CHANGEFEED) + "/" + bucket(path.name()) + "/" + name;
        };
    }

    /** Where the one record of a kind is. */
    String of(Kind kind) {
        return of(new StorePath(kind, ""));
    }

    /** Whether a record of ours can belong to a session there. */
    boolean isOfSession(String path) {
        Kind kind = kindOf(path);
        return kind == Kind.LEADER || kind == Kind.PRESENCE || kind == Kind.LEASE;
    }

    /** Whether a record of ours can be there. */
    boolean isRecord(String path) {
        Kind kind = kindOf(path);
        if (kind == null) {
            return false;
        }
        int end = path.lastIndexOf('/');
        return directories(kind).isEmpty()
                || (end > 0
                        && recordIn(kind, path.substring(0, end), path.substring(end + 1))
                                .isPresent());
    }

    private String directory(Kind kind) {
        return switch (kind) {
            case MEMBER -> root + "/members";
            case PRESENCE -> root + "/nodes";
            case LEASE -> root + "/leases";
            case CHANGEFEED -> root + "/changefeeds";
            case PROGRESS -> root + "/progress";
            case LEADER, LEADER_EPOCH, ROSTER, FLOOR, CLUSTER ->
                throw new IllegalStateException(kind + " has no directory");
        };
    }

    /** The directories in which all records of a kind are; none for a kind of which there is one record. */
    List<String> directories(Kind kind) {
        return switch (kind) {
            case LEADER, LEADER_EPOCH, ROSTER, FLOOR, CLUSTER -> List.of();
            case MEMBER, PRESENCE, LEASE, PROGRESS -> List.of(directory(kind));
            case CHANGEFEED -> buckets();
        };
    }

    private List<String> buckets() {
        List<String> buckets = new ArrayList<>(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(directory(Kind.CHANGEFEED) + "/" + HexFormat.of().toHexDigits((byte) i));
        }
        return buckets;
    }

    /** All directories, parents first, without the root. */
    List<String> allDirectories() {
        List<String> all = new ArrayList<>();
        all.add(directory(Kind.MEMBER));
        all.add(directory(Kind.PRESENCE));
        all.add(directory(Kind.LEASE));
        all.add(directory(Kind.PROGRESS));
        all.add(directory(Kind.CHANGEFEED));
        all.addAll(buckets());
        return all;
    }

    private static String bucket(String name) {
        CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((byte) crc.getValue());
    }

    /** The record that a child of a directory is; empty if no release of this product has made it. */
    Optional<StorePath> recordIn(Kind kind, String directory, String child) {
        return EscapedName.read(child)
                .filter(name -> !name.isBlank())
                .map(name -> new StorePath(kind, name))
                .filter(path -> of(path).equals(directory + "/" + child));
    }

    /** What kind of record may have changed where something happened; null if none of ours. */
    @Nullable
    Kind kindOf(String path) {
        for (Kind kind : Kind.values()) {
            if (!directories(kind).isEmpty()) {
                if (path.equals(directory(kind)) || path.startsWith(directory(kind) + "/")) {
                    return kind;
                }
            } else if (path.equals(of(kind))) {
                return kind;
            }
        }
        return null;
    }
}
