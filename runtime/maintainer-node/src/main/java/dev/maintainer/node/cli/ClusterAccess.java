package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.tls.ClientTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How a command reaches the nodes of a cluster, and what it shows them. */
final class ClusterAccess {
    private static final Pattern ADDRESS = Pattern.compile("(?:(https?)://)?([^/?#@]+:[0-9]{1,5})/?");
    private static final Pattern LOOPBACK = Pattern.compile("(127\\.[0-9.]+|localhost|\\[::1]):[0-9]+");

    @Option(
            names = "--address",
            scope = ScopeType.INHERIT,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "the admin interface of a node of a cluster ('node'), instead of --admin-dir, as HOST:PORT or"
                    + " https://HOST:PORT; the next address is tried if one cannot be reached")
    private List<String> addresses = List.of();

    @Option(
            names = "--token-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "with --address: has the token")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description =
                    "with --address: has the certificates of whoever may sign those of nodes, as PEM; HOST:PORT then"
                            + " stands for https (default: those that Java trusts)")
    private @Nullable Path authorityFile;

    @Option(
            names = "--certificate-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "with --address: has the certificate that is shown to nodes, as PEM; needs --key-file")
    private @Nullable Path certificateFile;

    @Option(
            names = "--key-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "with --address: has the key of --certificate-file, as PEM (PKCS #8)")
    private @Nullable Path keyFile;

    @Option(
            names = "--allow-plain-token",
            scope = ScopeType.INHERIT,
            description =
                    "with --address: send the token to other machines without TLS, too, where it can be read on the way")
    private boolean plainToken;

    ClusterAccess() {}

    /** Whether a cluster is named at all. */
    boolean isNamed() {
        return !addresses.isEmpty();
    }

    /**
     * A client that has asked nobody yet.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} for an address or a file that cannot be used, and for a token that
     *     anybody could read on the way
     */
    ClusterClient client() throws MaintainerException {
        String token = token();
        List<URI> nodes = addresses.stream().map(this::node).toList();
        for (URI each : nodes) {
            if (token != null
                    && !plainToken
                    && each.getScheme().equals("http")
                    && !LOOPBACK.matcher(each.getAuthority()).matches()) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "the token is not sent to " + each + ", since anybody could read it on the way; write https://"
                                + each.getAuthority() + ", or --allow-plain-token if nobody can");
            }
        }
        boolean encrypted = nodes.stream().anyMatch(each -> each.getScheme().equals("https"));
        SSLContext tls = encrypted ? ClientTls.context(authorityFile, keyFile, certificateFile) : null;
        return new ClusterClient(nodes, token, tls);
    }

    private URI node(String address) {
        Matcher matcher = ADDRESS.matcher(address.strip());
        if (matcher.matches()) {
            boolean named = authorityFile != null || certificateFile != null || keyFile != null;
            String scheme = matcher.group(1) != null ? matcher.group(1) : named ? "https" : "http";
            try {
                URI uri = URI.create(scheme + "://" + matcher.group(2));
                if (uri.getHost() != null) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                // Said below.
            }
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "--address " + Printable.quoted(address) + " is not HOST:PORT or https://HOST:PORT");
    }

    private @Nullable String token() {
        if (tokenFile == null) {
            return null;
        }
        String token;
        try {
            token = Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "--token-file " + tokenFile + " cannot be read: " + FileProblem.of(e),
                    e);
        }
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "--token-file " + tokenFile + " must have one line, the token, without blanks");
        }
        return token;
    }
}
