package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What can be asked over HTTP: the path is the name, the answer is JSON. */
sealed interface AdminVerb permits ClusterVerb, MaintainerVerb {
    /**
     * What a request looks like, and what is answered.
     *
     * @param <A> who is asked
     * @param changes whether it changes something: such requests are posted, and audited
     * @param parameters the names of what can be given
     * @param question asks
     */
    record Form<A>(boolean changes, List<String> parameters, Question<A> question) {}

    /** Asks. The answer is written as JSON. */
    interface Question<A> {
        Object ask(A admin, VerbArguments arguments);
    }

    Form<? super ClusterAdmin> form();

    /** The name of the constant. */
    String name();

    /** As it is in a path. */
    default String path() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As {@link Form#changes}. */
    default boolean changes() {
        return form().changes();
    }

    /** As {@link Form#parameters}. */
    default List<String> parameters() {
        return form().parameters();
    }

    /** What is answered; it is written as JSON. */
    default Object answer(ClusterAdmin admin, VerbArguments arguments) {
        return form().question().ask(admin, arguments);
    }

    /** All that there are. */
    static List<AdminVerb> all() {
        return Stream.<AdminVerb>concat(Arrays.stream(ClusterVerb.values()), Arrays.stream(MaintainerVerb.values()))
                .toList();
    }

    /** The verb with this path. */
    static AdminVerb of(String path) {
        List<String> known = all().stream().map(AdminVerb::path).toList();
        return all().stream()
                .filter(verb -> verb.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.UNKNOWN_NAME,
                        "no verb is called '" + path + "'" + NearestName.question(path, known) + "; there are "
                                + String.join(", ", known)));
    }

    /** Refuses parameters that the verb does not know. */
    default VerbArguments arguments(SortedMap<String, String> given) {
        List<String> unknown = new ArrayList<>(given.keySet());
        unknown.removeAll(parameters());
        if (!unknown.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "'" + path() + "' has no parameter '" + unknown.get(0) + "'"
                            + NearestName.question(unknown.get(0), parameters()) + "; it has " + parameters());
        }
        return new VerbArguments(this, given);
    }
}
