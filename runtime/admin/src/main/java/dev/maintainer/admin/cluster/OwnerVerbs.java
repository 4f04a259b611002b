package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.admin.MaintainerVerbs;
import dev.maintainer.admin.MaintainerVerbs.Verb;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Unicode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is asked of the owner of a changefeed, below the path of the changefeed. The verbs are those of one process; only what
 * moves a span has a name of its own, since a changefeed is moved, too.
 */
final class OwnerVerbs {
    private static final Map<String, String> RENAMED = Map.of("move", "move-span");
    /** What can let two write at once, or leave out what has been committed. */
    private static final Set<String> DANGEROUS = Set.of("operator-release", "barrier-skip");
    /** The path names it. */
    private static final String CHANGEFEED = "changefeed";
    /** The query says {@code dryRun}, as everywhere. */
    private static final String DRY_RUN = "dry-run";

    private OwnerVerbs() {}

    /** All of them. */
    static List<Verb> all() {
        return MaintainerVerbs.all();
    }

    /** What a verb is called in a path. */
    static String segment(Verb verb) {
        return RENAMED.getOrDefault(verb.path(), verb.path());
    }

    /** The method that it takes. */
    static String method(Verb verb) {
        return verb.changes() ? "POST" : "GET";
    }

    /** The least role that may ask for it. */
    static ApiRole least(Verb verb) {
        if (!verb.changes()) {
            return ApiRole.VIEWER;
        }
        return DANGEROUS.contains(verb.path()) ? ApiRole.ADMIN : ApiRole.OPERATOR;
    }

    /** The verb that a part of a path names; empty if there is none. */
    static Optional<Verb> of(String segment) {
        return all().stream().filter(verb -> segment(verb).equals(segment)).findFirst();
    }

    /** The names of what can be given, without those that the path and the query have. */
    static List<String> parameters(Verb verb) {
        List<String> names = new ArrayList<>(verb.parameters());
        names.removeAll(List.of(CHANGEFEED, DRY_RUN));
        return names;
    }

    /**
     * What is given with a request: in the query if it looks, in the body if it changes.
     *
     * @throws MaintainerException with {@code BAD_INPUT} if something is given that the verb does not have
     */
    static SortedMap<String, String> given(ApiRequest request, Verb verb, String changefeed)
            throws MaintainerException {
        SortedMap<String, String> given = new TreeMap<>(request.query());
        String dryRun = given.remove("dryRun");
        if (verb.changes()) {
            refuseUnknown(verb, given, "the query has");
            request.body().properties().forEach(field -> given.put(field.getKey(), text(field)));
        }
        refuseUnknown(verb, given, verb.changes() ? "the body has" : "the query has");
        if (request.isDryRun() && !verb.parameters().contains(DRY_RUN)) {
            throw bad("'" + segment(verb) + "' has no dry run, and would be carried out; leave dryRun out");
        }
        if (dryRun != null && verb.changes() && verb.parameters().contains(DRY_RUN)) {
            given.put(DRY_RUN, dryRun);
        }
        given.put(CHANGEFEED, changefeed);
        return given;
    }

    private static String text(Map.Entry<String, JsonNode> field) {
        JsonNode value = field.getValue();
        if (value.isObject() || value.isNull()) {
            throw bad("'" + Printable.line(field.getKey()) + "' in the body must be a text, a number or a list");
        }
        return value.isArray() ? value.toString() : value.asText();
    }

    private static void refuseUnknown(Verb verb, SortedMap<String, String> given, String where) {
        List<String> known = parameters(verb);
        given.forEach((name, value) -> {
            if (!known.contains(name) || (where.equals("the query has") && verb.changes())) {
                throw bad(where + " " + Printable.quoted(name) + NearestName.question(name, known) + "; '"
                        + segment(verb) + "' takes " + (known.isEmpty() ? "nothing" : String.join(", ", known))
                        + (verb.changes() ? " in a body" : ""));
            }
            if (!Unicode.isWellFormed(value)) {
                throw bad("'" + name + "' has half a surrogate pair; give whole characters");
            }
        });
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_INPUT, message);
    }
}
