package dev.maintainer.connector.files;

import dev.maintainer.api.model.TableId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The files of tables that were written at one moment. A table to which nothing was written since has the same file later, too:
 * segments only grow, so the bytes that a table has in them tell. Immutable.
 */
final class SharedTables {
    /** No table. */
    static final SharedTables NONE = new SharedTables(Path.of(""), Map.of());

    /**
     * The file of a table.
     *
     * @param name relative to the directory of all tables
     * @param segmentBytes what of its segments is in it
     * @param rows how many it has
     */
    record TableFile(String name, long segmentBytes, long rows) {}

    private final Path directory;
    private final Map<TableId, TableFile> files;

    private SharedTables(Path directory, Map<TableId, TableFile> files) {
        this.directory = directory;
        this.files = files;
    }

    /** Some files, in a directory. */
    static SharedTables in(Path directory, Map<TableId, TableFile> files) {
        return new SharedTables(directory, new HashMap<>(files));
    }

    /** The same files, once their directory was moved. */
    SharedTables movedTo(Path moved) {
        return new SharedTables(moved, files);
    }

    /** How many rows all tables have. */
    long rows() {
        return files.values().stream().mapToLong(TableFile::rows).sum();
    }

    /**
     * Lets the file of a table be there in another place as well, durably but for its name, if it is still right.
     *
     * @param segmentBytes what the table has in its segments now
     * @return how many rows it has; empty if there is no such file
     * @throws IOException if the place cannot be written
     */
    OptionalLong share(TableId table, long segmentBytes, Path place) throws IOException {
        TableFile file = files.get(table);
        if (file == null || file.segmentBytes() != segmentBytes) {
            return OptionalLong.empty();
        }
        try {
            DurableFiles.linkOrCopy(directory.resolve(file.name()), place);
            return OptionalLong.of(file.rows());
        } catch (NoSuchFileException e) {
            // Somebody has taken it away, which is nobody's loss.
            return OptionalLong.empty();
        }
    }
}
