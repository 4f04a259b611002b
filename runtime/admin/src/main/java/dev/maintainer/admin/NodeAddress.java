package dev.maintainer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the admin interface of a node, as the node itself has written it down.
 *
 * @param host one of the names of this machine's loopback
 * @param port 1 to 65535
 * @param process its number, for people; may be empty
 * @param token visible ASCII
 */
record NodeAddress(String host, int port, String process, String token) {
    /** The token goes nowhere else. */
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "::1", "0:0:0:0:0:0:0:1");

    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,1024}");

    /**
     * Reads what a node has written.
     *
     * @throws MaintainerException with {@code NODE_UNAVAILABLE}, and the file with what is wrong with it
     */
    static NodeAddress parse(byte[] address, Path addressFile, byte[] token, Path tokenFile) {
        JsonNode json = json(address, addressFile);
        JsonNode host = json.path("address");
        if (!host.isTextual() || !HOSTS.contains(host.textValue())) {
            throw unusable(addressFile, "has the address " + host + ", which is not one of " + HOSTS, null);
        }
        JsonNode port = json.path("port");
        if (!port.isIntegralNumber() || !port.canConvertToInt() || port.intValue() < 1 || port.intValue() > 65_535) {
            throw unusable(addressFile, "has the port " + port + ", which is not from 1 to 65535", null);
        }
        JsonNode process = json.path("pid");
        String shown = new String(token, StandardCharsets.ISO_8859_1).strip();
        if (!TOKEN.matcher(shown).matches()) {
            throw unusable(tokenFile, "has no token: one is visible ASCII in one line", null);
        }
        return new NodeAddress(
                host.textValue(), port.intValue(), process.isIntegralNumber() ? process.asText() : "", shown);
    }

    private static JsonNode json(byte[] address, Path file) {
        if (address.length == 0) {
            throw unusable(file, "is empty", null);
        }
        try {
            JsonNode json = AdminJson.STRICT.readTree(address);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw unusable(file, "is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw unusable(file, "is no JSON: " + e.getMessage(), e);
        }
        throw unusable(file, "is no JSON object", null);
    }

    /** Where a verb is asked; {@code query} is encoded. */
    URI uri(String verb, String query) {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return URI.create("http://" + name + ":" + port + "/v1/" + verb + (query.isEmpty() ? "" : "?" + query));
    }

    static MaintainerException unusable(Path file, String what, @Nullable Exception cause) {
        return new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                file + " " + what + "; no node has left it so: start one anew with 'run --hold', or name the directory"
                        + " of another with --admin-dir",
                cause);
    }
}
