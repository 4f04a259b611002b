package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who may use the admin interface by a token. The file has their digests only. Thread-safe. */
final class ApiTokens {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String BEARER = "Bearer ";

    private final RoleFile file;

    /** @throws MaintainerException if the file cannot be used */
    ApiTokens(Path file) throws MaintainerException {
        this.file = new RoleFile("admin.tokens_file", file, "SHA256-AS-HEX ROLE", ApiTokens::digestOf);
    }

    private static String digestOf(String who) throws IOException {
        if (!DIGEST.matcher(who).matches()) {
            throw new IOException("there are no 64 digits 0 to 9 and a to f before the role");
        }
        return who;
    }

    /** Who has sent this header; empty for nobody who is known. */
    Optional<Principal> of(String authorization) {
        if (!authorization.startsWith(BEARER)) {
            return Optional.empty();
        }
        byte[] given = digest(authorization.substring(BEARER.length()).strip());
        Optional<Principal> found = Optional.empty();
        // All are compared, so that the time does not tell how much of a digest is right.
        for (Map.Entry<String, ApiRole> each : file.roles().entrySet()) {
            byte[] digest = HexFormat.of().parseHex(each.getKey());
            if (MessageDigest.isEqual(digest, given)) {
                found = Optional.of(new Principal("token " + each.getKey().substring(0, 8), each.getValue()));
            }
        }
        return found;
    }

    /** Reads the file again. */
    void reload() {
        file.reload();
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
