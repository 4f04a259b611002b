package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may use the admin interface: a file with a line {@code SHA256-AS-HEX ROLE} for each token. It is read again when it has
 * changed; a file that cannot be read any more leaves what was read before.
 */
final class ApiTokens {
    private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String BEARER = "Bearer ";

    /** Somebody who is known. */
    record Principal(String name, ApiRole role) {}

    private record Known(FileTime changed, Map<String, ApiRole> roles) {}

    private final Path file;
    private volatile Known known;
    private volatile boolean unreadable;

    /** @throws MaintainerException if the file cannot be used */
    ApiTokens(Path file) throws MaintainerException {
        this.file = file;
        try {
            this.known = read();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "admin.tokens_file " + file + " cannot be read: " + FileProblem.of(e)
                            + "; write a line 'SHA256-AS-HEX ROLE' for each token",
                    e);
        }
    }

    private Known read() throws IOException {
        FileTime changed = Files.getLastModifiedTime(file);
        Map<String, ApiRole> roles = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String bare = line.strip();
            if (bare.isEmpty() || bare.startsWith("#")) {
                continue;
            }
            String[] parts = bare.split("\\s+", -1);
            if (parts.length != 2 || !DIGEST.matcher(parts[0]).matches()) {
                throw new IOException("line " + number + " is not 'SHA256-AS-HEX ROLE'");
            }
            try {
                roles.put(parts[0], ApiRole.valueOf(parts[1].toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IOException("line " + number + " has no role viewer, operator or admin", e);
            }
        }
        return new Known(changed, roles);
    }

    /** Who has sent this header; empty for nobody who is known. */
    Optional<Principal> of(String authorization) {
        if (!authorization.startsWith(BEARER)) {
            return Optional.empty();
        }
        refresh();
        byte[] given = digest(authorization.substring(BEARER.length()).strip());
        Optional<Principal> found = Optional.empty();
        // All are compared, so that the time does not tell how much of a digest is right.
        for (Map.Entry<String, ApiRole> each : known.roles.entrySet()) {
            byte[] digest = HexFormat.of().parseHex(each.getKey());
            if (MessageDigest.isEqual(digest, given)) {
                found = Optional.of(new Principal("token " + each.getKey().substring(0, 8), each.getValue()));
            }
        }
        return found;
    }

    /** Reads the file again, whether it seems to have changed or not; a file with a mistake changes nothing. */
    void reload() {
        try {
            known = read();
            unreadable = false;
            LOG.info("admin.tokens_file {} was read again: {} tokens", file, known.roles.size());
        } catch (IOException e) {
            LOG.warn("admin.tokens_file {} cannot be used, those who were known stay known: {}", file, e.getMessage());
        }
    }

    private void refresh() {
        try {
            if (!Files.getLastModifiedTime(file).equals(known.changed)) {
                known = read();
                unreadable = false;
                LOG.info("admin.tokens_file {} was read again: {} tokens", file, known.roles.size());
            }
        } catch (IOException e) {
            // It is looked at for every request, and told once.
            if (!unreadable) {
                unreadable = true;
                LOG.warn("admin.tokens_file {} cannot be read again, so nothing has changed: {}", file, e.getMessage());
            }
        }
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
