package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.replication.Connectors;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The sources and sinks of this process, those of a directory of jars included. */
public final class ConnectorPlugins {
    /** The name of the class loader of connectors that people have brought. */
    public static final String LOADER = "connectors";

    private ConnectorPlugins() {}

    /**
     * Finds them. The jars of the directory see each other and all that this process has.
     *
     * @param directory its jars are connectors and what they need; null for those of this process alone
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot be read, or a connector cannot be used
     */
    public static Connectors load(@Nullable Path directory) throws MaintainerException {
        ClassLoader host = ConnectorPlugins.class.getClassLoader();
        if (directory == null) {
            return Connectors.load(host);
        }
        TreeSet<Path> jars = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            files.forEach(jars::add);
            URL[] urls = new URL[jars.size()];
            int count = 0;
            for (Path jar : jars) {
                check(jar);
                urls[count++] = jar.toUri().toURL();
            }
            // Lives as long as the process.
            return Connectors.load(new URLClassLoader(LOADER, urls, host));
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "connector directory " + directory + " "
                            + (Files.exists(directory) ? "cannot be read: " + FileProblem.of(e) : "does not exist")
                            + "; name a directory with the jars of connectors",
                    e);
        }
    }

    /** A class loader would pass a damaged jar by, without a word. */
    private static void check(Path jar) {
        try (ZipFile opened = new ZipFile(jar.toFile())) {
            if (opened.size() > 0) {
                return;
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    jar + " is no jar that can be read: " + e.getMessage() + "; get it again, or remove it",
                    e);
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION, "nothing is in " + jar + "; get it again, or remove it");
    }
}
