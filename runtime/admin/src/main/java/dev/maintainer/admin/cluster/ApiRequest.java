package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request of somebody who is known and may make it.
 *
 * @param method of HTTP, upper case
 * @param path as in the URL, decoded segment by segment where it is read
 * @param query by name
 * @param body an object; empty if there was none
 * @param principal who asks
 * @param ifVersion only a changefeed of this version is changed; null for any
 * @param idempotencyKey chosen by who asks: the same request with the same key is executed once; null if there is none
 * @param forwarded whether another node has passed it on; then it is not passed on again
 */
record ApiRequest(
        String method,
        String path,
        SortedMap<String, String> query,
        JsonNode body,
        String principal,
        @Nullable String ifVersion,
        @Nullable String idempotencyKey,
        boolean forwarded) {
    ApiRequest {
        query = Collections.unmodifiableSortedMap(new TreeMap<>(query));
    }

    boolean isDryRun() {
        return "true".equals(query.get("dryRun"));
    }

    /**
     * What a request with the same key must be like to be the same request. A digest: many are kept, and a body may be long.
     */
    String fingerprint() {
        String all = method + " " + path + " " + query + " " + ifVersion + " " + body;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
