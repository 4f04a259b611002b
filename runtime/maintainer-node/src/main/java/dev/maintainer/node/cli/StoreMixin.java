package dev.maintainer.node.cli;

import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.node.server.CredentialsFile;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster in which store. */
final class StoreMixin {
    private static final Duration SESSION = Duration.ofSeconds(10);

    @Option(
            names = "--zookeeper",
            required = true,
            paramLabel = "HOST:PORT[,..]",
            description = "the servers of ZooKeeper")
    @SuppressWarnings("NullAway.Init")
    private String connect;

    @Option(
            names = "--root",
            paramLabel = "PATH",
            description = "below which everything of the cluster is (default: ${DEFAULT-VALUE})")
    private String root = "/maintainer";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what the cluster is called (default: ${DEFAULT-VALUE})")
    private String name = "maintainer";

    @Option(
            names = "--credentials-file",
            paramLabel = "FILE",
            description = "a file with user:password, by which the store knows who belongs to the cluster")
    private @Nullable Path credentials;

    StoreMixin() {}

    StoreSettings settings() {
        return new StoreSettings(
                connect, root, name, SESSION, credentials == null ? null : CredentialsFile.read(credentials));
    }

    /** For people. */
    String shown() {
        return "cluster " + name + " at " + connect + root;
    }
}
