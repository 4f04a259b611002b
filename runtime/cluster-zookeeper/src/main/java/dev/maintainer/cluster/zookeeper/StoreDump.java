package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Printable;
import dev.maintainer.cluster.zookeeper.record.RecordCodec;
import dev.maintainer.cluster.zookeeper.record.RecordException;
import dev.maintainer.cluster.zookeeper.record.RecordJson;
import dev.maintainer.cluster.zookeeper.record.Restoration;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreSettings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.Stat;

/**
 * What people do with the store of a cluster as a whole: copy it into a file, bring it back, look at a record. Everything
 * blocks; records that belong to sessions are never copied.
 *
 * @since 0.1.0
 */
public final class StoreDump implements StoreProvider.StoreCopies {
    private static final int BYTES_AT_ONCE = 256 * 1024;
    private static final int MOST_SHOWN = 200;

    private final StoreSettings settings;
    private final Layout layout;

    /**
     * For one cluster.
     *
     * @param settings where it is
     * @throws MaintainerException with {@code BAD_CONFIGURATION} for settings that cannot be used
     */
    public StoreDump(StoreSettings settings) {
        ZooKeeperStoreProvider.check(settings);
        this.settings = settings;
        this.layout = new Layout(settings.root());
    }

    /**
     * Copies all records into a file, one on each line. The copy is not of one moment: of each record it has one that was there
     * while it was made.
     *
     * @param file is replaced when the copy is complete
     * @return how many records it has
     * @throws MaintainerException if the store cannot be read, has another cluster, or the file cannot be written
     */
    @Override
    public int export(Path file) {
        return BlockingClient.with(settings, zooKeeper -> {
            requireOurs(zooKeeper);
            List<DumpLine> lines = new ArrayList<>();
            for (String path : paths(zooKeeper)) {
                Stat stat = new Stat();
                try {
                    byte[] data = zooKeeper.getData(path, false, stat);
                    if (stat.getEphemeralOwner() == 0 && data != null) {
                        lines.add(DumpLine.of(path.substring(layout.root().length() + 1), stat.getVersion(), data));
                    }
                } catch (KeeperException.NoNodeException e) {
                    // Gone since it was listed, or never there.
                }
            }
            write(file, lines);
            return lines.size();
        });
    }

    private List<String> paths(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        List<String> paths = new ArrayList<>();
        paths.add(layout.cluster());
        for (Kind kind : Kind.values()) {
            List<String> directories = layout.directories(kind);
            if (directories.isEmpty() && kind != Kind.CLUSTER) {
                paths.add(layout.of(kind));
            }
            for (String directory : directories) {
                for (String child : zooKeeper.getChildren(directory, false)) {
                    if (layout.recordIn(kind, directory, child).isPresent()) {
                        paths.add(directory + "/" + child);
                    }
                }
            }
        }
        return paths;
    }

    private static void write(Path file, List<DumpLine> lines) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (BufferedWriter out = Files.newBufferedWriter(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (DumpLine line : lines) {
                out.write(line.text());
                out.write('\n');
            }
        } catch (IOException e) {
            throw unusable(part, e);
        }
        try {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * Brings a copy back. No node of the cluster may run, and the cluster must be initialised. Epochs, the version of the
     * roster and the floor are raised by {@link Restoration#RAISE}, the generation by one; the cluster gets the id that it had
     * when the copy was made, so that processes which were its members are so still. Not one transaction: if it fails it has
     * to be repeated, with force.
     *
     * @param file as {@link #export} has written it
     * @param force whether records may be replaced, and nodes may run; records that the copy does not have stay
     * @return how many records were written
     * @throws MaintainerException if the file or the store cannot be used; nothing has changed if the file is the reason
     */
    @Override
    public int restore(Path file, boolean force) {
        List<DumpLine> lines = read(file);
        return BlockingClient.with(settings, zooKeeper -> {
            requireOurs(zooKeeper);
            if (!force) {
                requireEmpty(zooKeeper);
            }
            List<Op> ops = new ArrayList<>();
            int bytes = 0;
            for (DumpLine line : lines) {
                String path = layout.root() + "/" + line.path();
                byte[] value = line.value();
                ops.add(
                        zooKeeper.exists(path, false) == null
                                ? Op.create(path, value, Access.of(settings), CreateMode.PERSISTENT)
                                : Op.setData(path, value, -1));
                bytes += path.length() + value.length;
                if (bytes > BYTES_AT_ONCE) {
                    zooKeeper.multi(ops);
                    ops.clear();
                    bytes = 0;
                }
            }
            zooKeeper.multi(ops);
            return lines.size();
        });
    }

    private List<DumpLine> read(Path file) {
        List<DumpLine> lines = new ArrayList<>();
        boolean ours = false;
        try {
            for (String text : Files.readAllLines(file)) {
                DumpLine line = DumpLine.read(text);
                String path = line == null ? "" : layout.root() + "/" + line.path();
                if (line == null || !layout.isRecord(path) || layout.isOfSession(path)) {
                    throw bad(file, lines.size() + 1, "is no record of a copy: " + text);
                }
                if (line.path().equals("cluster")) {
                    String name = RecordCodec.cluster(line.value()).name();
                    if (!name.equals(settings.cluster())) {
                        throw new MaintainerException(
                                ErrorCode.BAD_INPUT,
                                file + " is a copy of the cluster '" + Printable.line(name) + "', and not of '"
                                        + settings.cluster() + "'; bring it back into a store of that name, or name"
                                        + " another copy");
                    }
                    ours = true;
                }
                lines.add(DumpLine.of(line.path(), 0, Restoration.restored(line.value(), line.version())));
            }
        } catch (RecordException e) {
            throw bad(file, lines.size() + 1, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw unusable(file, e);
        }
        if (!ours) {
            throw bad(file, lines.size() + 1, "is missing: the copy does not say which cluster it is of");
        }
        if (lines.stream().noneMatch(line -> line.path().equals("floor"))) {
            // Changefeeds that the copy does not know may have been deleted since.
            lines.add(DumpLine.of("floor", 0, Restoration.firstFloor()));
        }
        return lines;
    }

    private static MaintainerException bad(Path file, int line, String problem) {
        String shown = Printable.shortened(problem, MOST_SHOWN);
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                file + ", line " + line + " " + Printable.line(shown) + "; use a copy that was completed");
    }

    private static MaintainerException unusable(Path file, IOException cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                file + " cannot be used: " + FileProblem.ofWriting(file, cause) + "; choose another file",
                cause);
    }

    /**
     * {@return a record as JSON}
     *
     * @param path below the root, such as {@code changefeeds/8a/orders}
     * @throws MaintainerException if there is none, or it cannot be read
     */
    @Override
    public String cat(String path) {
        String whole = layout.root() + "/" + path;
        if (!layout.isRecord(whole)) {
            return list(path.replaceAll("/+$", ""));
        }
        return BlockingClient.with(settings, zooKeeper -> {
            requireOurs(zooKeeper);
            try {
                byte[] data = zooKeeper.getData(whole, false, null);
                return RecordJson.of(data == null ? new byte[0] : data);
            } catch (KeeperException.NoNodeException e) {
                throw new MaintainerException(ErrorCode.UNKNOWN_NAME, "there is no record at " + whole, e);
            } catch (RecordException e) {
                throw e.at(whole);
            }
        });
    }

    /** The places of the records in a directory; of the root, the directories. */
    private String list(String path) {
        String whole = path.isEmpty() ? layout.root() : layout.root() + "/" + path;
        return BlockingClient.with(settings, zooKeeper -> {
            requireOurs(zooKeeper);
            try {
                PathUtils.validatePath(whole);
                List<String> children = zooKeeper.getChildren(whole, false);
                // Records of one kind may be in many directories, of which most are empty.
                List<String> found = path.isEmpty()
                        ? children
                        : paths(zooKeeper).stream()
                                .filter(each -> each.startsWith(whole + "/"))
                                .map(each -> each.substring(layout.root().length() + 1))
                                .toList();
                return found.isEmpty()
                        ? Printable.line(path) + " is empty"
                        : found.stream().sorted().map(Printable::line).collect(Collectors.joining("\n"));
            } catch (KeeperException.NoNodeException | IllegalArgumentException e) {
                throw new MaintainerException(
                        ErrorCode.UNKNOWN_NAME,
                        "'" + Printable.line(path) + "' is no place of a record; name one such as cluster, roster or"
                                + " members/ID, or a directory such as changefeeds, which is listed",
                        e);
            }
        });
    }

    private void requireOurs(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        boolean exists = zooKeeper.exists(layout.cluster(), false) != null;
        byte[] data = exists ? zooKeeper.getData(layout.cluster(), false, null) : null;
        Recognition.Refusal refusal = new Recognition(settings, layout).refusal(exists, data);
        if (refusal != null) {
            throw new MaintainerException(refusal.code(), refusal.reason());
        }
    }

    private void requireEmpty(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        for (String path : paths(zooKeeper)) {
            if (!path.equals(layout.cluster()) && zooKeeper.exists(path, false) != null) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "the cluster at " + settings.root() + " is not empty, " + path
                                + " is there; stop all nodes, and use --force if its records may be replaced");
            }
        }
    }
}
