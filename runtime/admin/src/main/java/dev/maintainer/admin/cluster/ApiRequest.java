package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
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

    /** What a request with the same key must be like to be the same request. */
    String fingerprint() {
        return method + " " + path + " " + query + " " + ifVersion + " " + body;
    }
}
