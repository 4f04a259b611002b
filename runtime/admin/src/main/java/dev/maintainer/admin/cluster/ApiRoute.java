package dev.maintainer.admin.cluster;

import dev.maintainer.admin.MaintainerVerbs.Verb;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Everything that the admin interface takes; {@code openapi.json} describes the same, which a test compares. */
enum ApiRoute {
    OPENAPI("GET", "/v1/openapi.json", ApiRole.VIEWER, Place.ANY),
    METRICS("GET", "/v1/metrics", ApiRole.VIEWER, Place.ANY),
    CONFIG("GET", "/v1/config", ApiRole.VIEWER, Place.ANY),
    CLUSTER("GET", "/v1/cluster", ApiRole.VIEWER, Place.ANY),
    FINALIZE("POST", "/v1/cluster/finalize", ApiRole.ADMIN, Place.LEADER),
    NODES("GET", "/v1/nodes", ApiRole.VIEWER, Place.ANY),
    DRAIN_STATUS("GET", "/v1/nodes/{name}/drain", ApiRole.VIEWER, Place.LEADER),
    DRAIN("POST", "/v1/nodes/{name}/drain", ApiRole.OPERATOR, Place.LEADER),
    DRAIN_CANCEL("DELETE", "/v1/nodes/{name}/drain", ApiRole.OPERATOR, Place.LEADER),
    STOP("POST", "/v1/nodes/{name}/stop", ApiRole.ADMIN, Place.NAMED_NODE),
    MAINTAINER("GET", "/v1/maintainers/{name}", ApiRole.VIEWER, Place.ANY),
    CHANGEFEEDS("GET", "/v1/changefeeds", ApiRole.VIEWER, Place.LEADER),
    CREATE("POST", "/v1/changefeeds", ApiRole.ADMIN, Place.LEADER),
    SHOW("GET", "/v1/changefeeds/{name}", ApiRole.VIEWER, Place.LEADER),
    REMOVE("DELETE", "/v1/changefeeds/{name}", ApiRole.ADMIN, Place.LEADER),
    MOVE("POST", "/v1/changefeeds/{name}/move", ApiRole.OPERATOR, Place.LEADER),
    PAUSE("POST", "/v1/changefeeds/{name}/pause", ApiRole.OPERATOR, Place.LEADER),
    RESUME("POST", "/v1/changefeeds/{name}/resume", ApiRole.OPERATOR, Place.LEADER),
    /** Looks at the maintainer of a changefeed; see {@link OwnerVerbs}. */
    LOOK("GET", "/v1/changefeeds/{name}/{verb}", ApiRole.VIEWER, Place.OWNER),
    /** Asks the maintainer of a changefeed for a change; see {@link OwnerVerbs}. */
    ASK("POST", "/v1/changefeeds/{name}/{verb}", ApiRole.OPERATOR, Place.OWNER);

    /** Which node executes it. */
    enum Place {
        /** Whoever is asked. */
        ANY,
        LEADER,
        /** The node in the path. */
        NAMED_NODE,
        /** The node where the maintainer of the changefeed in the path runs. */
        OWNER
    }

    /**
     * What a request means.
     *
     * @param route what is to be done
     * @param name what the path names; empty if it names nothing
     * @param verb what is asked of an owner; null if nothing is
     */
    record Target(ApiRoute route, String name, @Nullable Verb verb) {
        /** The least role that may ask for it. */
        ApiRole least() {
            return verb == null ? route.least() : OwnerVerbs.least(verb);
        }
    }

    private static final String NAME = "{name}";
    private static final String VERB = "{verb}";

    private final String method;
    private final String template;
    private final ApiRole least;
    private final Place place;

    ApiRoute(String method, String template, ApiRole least, Place place) {
        this.method = method;
        this.template = template;
        this.least = least;
        this.place = place;
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }

    /** The least role that may ask for it. */
    ApiRole least() {
        return least;
    }

    Place place() {
        return place;
    }

    boolean changes() {
        return !method.equals("GET");
    }

    /** Whether it takes a version with {@code If-Match}: it changes a changefeed that there is. */
    boolean takesVersion() {
        return changes() && place == Place.LEADER && template.startsWith("/v1/changefeeds/");
    }

    /** Whether it answers in pages. */
    boolean isList() {
        return this == CHANGEFEEDS || this == NODES;
    }

    /** What a method and a path ask for; empty if nothing is there, or it does not take the method. */
    static Optional<Target> of(String method, String path) {
        for (ApiRoute route : values()) {
            Optional<Target> target = route.method.equals(method) ? route.match(path) : Optional.empty();
            if (target.isPresent()) {
                return target;
            }
        }
        return Optional.empty();
    }

    /** The methods that a path takes; empty if nothing is there. */
    static List<String> methodsOf(String path) {
        TreeSet<String> methods = new TreeSet<>();
        for (ApiRoute route : values()) {
            if (route.match(path).isPresent()) {
                methods.add(route.method);
            }
        }
        return new ArrayList<>(methods);
    }

    private Optional<Target> match(String path) {
        String[] said = path.split("/", -1);
        String[] wanted = template.split("/", -1);
        if (said.length != wanted.length) {
            return Optional.empty();
        }
        String name = "";
        Verb verb = null;
        for (int i = 0; i < said.length; i++) {
            if (wanted[i].equals(NAME)) {
                name = decoded(said[i]);
                if (name.isBlank()) {
                    return Optional.empty();
                }
            } else if (wanted[i].equals(VERB)) {
                Optional<Verb> meant = OwnerVerbs.of(said[i]).filter(each -> each.changes() == changes());
                if (meant.isEmpty()) {
                    return Optional.empty();
                }
                verb = meant.get();
            } else if (!wanted[i].equals(said[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(new Target(this, name, verb));
    }

    /** A name as a part of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A segment that cannot be decoded names itself, which nothing is called. */
    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}
