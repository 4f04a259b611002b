package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreTls;
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

    @Option(
            names = "--zookeeper-ca-file",
            paramLabel = "FILE",
            description = "TLS to ZooKeeper: the certificates of whoever may sign those of its servers, as PEM")
    private @Nullable Path authority;

    @Option(
            names = "--zookeeper-certificate-file",
            paramLabel = "FILE",
            description = "with --zookeeper-ca-file: the certificate that is shown to ZooKeeper, as PEM")
    private @Nullable Path certificate;

    @Option(
            names = "--zookeeper-key-file",
            paramLabel = "FILE",
            description = "with --zookeeper-ca-file: the key of --zookeeper-certificate-file, as PEM (PKCS #8)")
    private @Nullable Path key;

    @Option(
            names = "--zookeeper-any-host",
            description = "with --zookeeper-ca-file: a certificate of a server need not have the name in --zookeeper")
    private boolean anyHost;

    StoreMixin() {}

    StoreSettings settings() {
        return new StoreSettings(
                connect, root, name, SESSION, credentials == null ? null : CredentialsFile.read(credentials), tls());
    }

    private @Nullable StoreTls tls() {
        if ((key == null) != (certificate == null)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "--zookeeper-key-file and --zookeeper-certificate-file need one another; name both or none");
        }
        if (authority == null && (key != null || anyHost)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "without --zookeeper-ca-file nothing is encrypted; name it, or leave the other options of TLS out");
        }
        return authority == null ? null : new StoreTls(authority, key, certificate, !anyHost);
    }

    /** For people. */
    String shown() {
        return "cluster " + name + " at " + connect + root;
    }
}
