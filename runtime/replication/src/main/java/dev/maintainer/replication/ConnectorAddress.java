package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The address of a source or a sink: {@code changelog:events.ndjson}, {@code files:out}, {@code postgresql://host/db}.
 *
 * @param scheme says which provider opens it; lower case
 * @param location what follows the first colon, without the options; its meaning is up to the provider
 * @param options further settings that stand behind the location, as in {@code changelog:events.ndjson?mode=tail}
 */
public record ConnectorAddress(String scheme, String location, SortedMap<String, String> options) {
    private static final int MOST_SHOWN = 500;
    /** At least two letters, so that a drive of Windows is none. */
    private static final String SCHEME = "[a-z][a-z0-9+.-]+";

    private static final Pattern FORM = Pattern.compile("(" + SCHEME + "):(.*)", Pattern.DOTALL);

    private static final Pattern PASSWORD = Pattern.compile("(//[^/@:]*):.*@", Pattern.DOTALL);
    private static final String SECRETS = "(?:password|secret|token|key)";

    private static final Pattern SECRET =
            Pattern.compile("([?&;][^=&;]*" + SECRETS + "[^=&;]*)=[^&;]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern SECRET_KEY = Pattern.compile(SECRETS, Pattern.CASE_INSENSITIVE);

    /**
     * Copies the options.
     *
     * @param scheme says which provider opens it
     * @param location what follows the first colon, without the options
     * @param options further settings, by key
     */
    public ConnectorAddress {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /**
     * An address without options, whatever characters its location has.
     *
     * @param scheme says which provider opens it
     * @param location its meaning is up to the provider
     */
    public ConnectorAddress(String scheme, String location) {
        this(scheme, location, new TreeMap<>());
    }

    /**
     * Reads an address: {@code SCHEME:LOCATION}, perhaps with {@code ?KEY=VALUE&KEY=VALUE...} behind it, whose keys and values
     * are percent-encoded UTF-8.
     *
     * @param text the text of the user
     * @param option the option that contains it, for the error message
     * @return the address
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it has no scheme, or what follows a question mark is not
     *     options
     */
    public static ConnectorAddress parse(String text, String option) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    option + " '" + Printable.line(text) + "' has no scheme; write it as SCHEME:LOCATION");
        }
        String rest = form.group(2);
        int mark = rest.indexOf('?');
        return mark < 0
                ? new ConnectorAddress(form.group(1), rest)
                : new ConnectorAddress(
                        form.group(1), rest.substring(0, mark), options(rest.substring(mark + 1), option));
    }

    private static SortedMap<String, String> options(String text, String option) {
        SortedMap<String, String> options = new TreeMap<>();
        for (String part : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1
                    || options.putIfAbsent(
                                    decoded(part.substring(0, equals), option),
                                    decoded(part.substring(equals + 1), option))
                            != null) {
                throw badOptions(option, null);
            }
        }
        return options;
    }

    private static String decoded(String text, String option) {
        try {
            // A plus sign is one: this is an address, not a form.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw badOptions(option, e);
        }
    }

    /** Without the text: it may have a password. */
    private static MaintainerException badOptions(String option, @Nullable Throwable cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "what follows the question mark in " + option
                        + " is not ?KEY=VALUE&KEY=VALUE with each key once; write % as %25, & as %26, = in a key as %3D",
                cause);
    }

    /**
     * The options and the settings that were given beside the address.
     *
     * @param settings what people have set beside it, by key
     * @return both
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if something is set in both places
     */
    public SortedMap<String, String> with(SortedMap<String, String> settings) {
        SortedMap<String, String> all = new TreeMap<>(settings);
        for (Map.Entry<String, String> each : options.entrySet()) {
            if (all.putIfAbsent(each.getKey(), each.getValue()) != null) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "'" + Printable.line(each.getKey()) + "' is set in the address " + this
                                + " and beside it; set it in one place");
            }
        }
        return all;
    }

    /** {@return whether a name can be a scheme} */
    static boolean isScheme(@Nullable String name) {
        return name != null && name.matches(SCHEME);
    }

    /** {@return whether a text begins with a scheme} */
    public static boolean hasScheme(String text) {
        return FORM.matcher(text).matches();
    }

    private static boolean isSecret(String key) {
        return SECRET_KEY.matcher(key).find();
    }

    /** For people: without passwords, and not longer than a line. */
    @Override
    public String toString() {
        String open = PASSWORD.matcher(location).replaceAll("$1:***@");
        String settings = options.entrySet().stream()
                .map(each -> each.getKey() + "=" + (isSecret(each.getKey()) ? "***" : each.getValue()))
                .collect(Collectors.joining("&", options.isEmpty() ? "" : "?", ""));
        return Printable.shortened(
                Printable.line(scheme + ":" + SECRET.matcher(open).replaceAll("$1=***") + settings), MOST_SHOWN);
    }
}
