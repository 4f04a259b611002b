package dev.maintainer.node.cli;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.changelog.ChangeLogSourceProvider;
import dev.maintainer.replication.ConnectorAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A change log as it was replicated: a file, alone or as the address of a source, such as {@code changelog:FILE?mode=tail}.
 *
 * @param name what identifies it, if the address says so
 */
record LogFile(Path path, @Nullable String name) {
    private static final List<String> SETTINGS = List.of(
            ChangeLogSourceProvider.MODE, ChangeLogSourceProvider.NAME, ChangeLogSourceProvider.SYNC_POINT_INTERVAL);

    @Override
    public String toString() {
        return path.toString();
    }

    /** Reads what people give. */
    static final class Converter implements ITypeConverter<LogFile> {
        Converter() {}

        @Override
        public LogFile convert(String text) {
            try {
                boolean plain = !ConnectorAddress.hasScheme(text) && (text.indexOf('?') < 0 || isThere(text));
                return plain ? new LogFile(Path.of(text), null) : of(address(text));
            } catch (MaintainerException | InvalidPathException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }

        private static boolean isThere(String text) {
            return Files.exists(Path.of(text));
        }

        private static ConnectorAddress address(String text) {
            return ConnectorAddress.parse(
                    ConnectorAddress.hasScheme(text) ? text : ChangeLogSourceProvider.SCHEME + ":" + text,
                    "--changelog");
        }

        private static LogFile of(ConnectorAddress address) {
            if (!address.scheme().equals(ChangeLogSourceProvider.SCHEME)) {
                throw new TypeConversionException(
                        address + " is no change log; write FILE, or the address of the source, changelog:FILE");
            }
            for (String setting : address.options().keySet()) {
                if (!SETTINGS.contains(setting)) {
                    throw new TypeConversionException("a change log has no setting " + Printable.quoted(setting)
                            + NearestName.question(setting, SETTINGS) + "; it has " + String.join(", ", SETTINGS));
                }
            }
            return new LogFile(Path.of(address.location()), address.options().get(ChangeLogSourceProvider.NAME));
        }
    }
}
