package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request of somebody who is known and may make it.
 *
 * @param method of HTTP, upper case
 * @param path as in the URL, decoded segment by segment where it is read
 * @param query by name
 * @param body an object; empty if there was none
 * @param principal who asks
 * @param forwarded whether another node has passed it on; then it is not passed on again
 */
record ApiRequest(
        String method,
        String path,
        SortedMap<String, String> query,
        JsonNode body,
        String principal,
        boolean forwarded) {
    ApiRequest {
        query = Collections.unmodifiableSortedMap(new TreeMap<>(query));
    }

    ApiRequest forwardedOnce() {
        return new ApiRequest(method, path, query, body, principal, true);
    }

    boolean isDryRun() {
        return "true".equals(query.get("dryRun"));
    }

    /** The parts of the path. */
    String[] segments() {
        return path.substring(1).split("/", -1);
    }
}
