package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SinkProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.SortedMap;

/** Opens {@code files:DIR}. */
public final class FileSinkProvider implements SinkProvider {
    /** The scheme of file sinks. */
    public static final String SCHEME = "files";

    /** Made by the service loader. */
    public FileSinkProvider() {}

    /**
     * Reads the address of a sink as people give it: without a scheme it is a directory.
     *
     * @param text {@code SCHEME:LOCATION}, or the name of a directory
     * @param option the option that they have given it with, for the complaint
     * @return the address
     */
    public static ConnectorAddress addressOf(String text, String option) {
        return ConnectorAddress.hasScheme(text)
                ? ConnectorAddress.parse(text, option)
                : new ConnectorAddress(SCHEME, text);
    }

    /**
     * The directory of a sink of files.
     *
     * @param address names it
     * @return the directory, which need not be there
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it is the address of another kind of sink, or names no place
     */
    public static Path directory(ConnectorAddress address) throws MaintainerException {
        if (!address.scheme().equals(SCHEME)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, address + " is no sink of files; write files:DIR, or DIR alone");
        }
        if (address.location().isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the sink '" + address.location() + "' names no place; write files:DIR, or DIR alone");
        }
        try {
            return Path.of(address.location());
        } catch (InvalidPathException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the sink " + address + " cannot be the name of a directory: " + e.getReason(),
                    e);
        }
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "a directory, in which tables become files of rows; files:DIR";
    }

    @Override
    public Sink open(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        refuseSettings(settings);
        return new FileSink(SinkDirectory.share(directory(address), source), changefeed);
    }

    @Override
    public void check(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        refuseSettings(settings);
        Path directory = directory(address);
        if (!directory.isAbsolute()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + address
                            + " is a relative path, and each node of a cluster has a working directory of its own;"
                            + " write the path from the root, which all nodes have in common");
        }
        SinkDirectory.checkShare(directory, source);
    }

    @Override
    public String place(ConnectorAddress address) throws MaintainerException {
        return SinkDirectory.real(directory(address)).toString();
    }

    private static void refuseSettings(SortedMap<String, String> settings) {
        if (!settings.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink files has no setting '" + Printable.line(settings.firstKey()) + "'; it has none");
        }
    }
}
