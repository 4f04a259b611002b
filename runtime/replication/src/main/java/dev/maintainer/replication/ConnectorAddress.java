package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a source or a sink: {@code changelog:events.ndjson}, {@code files:out}, {@code postgresql://host/db}.
 *
 * @param scheme says which provider opens it; lower case
 * @param location what follows the first colon; its meaning is up to the provider
 */
public record ConnectorAddress(String scheme, String location) {
    private static final int MOST_SHOWN = 500;
    /** At least two letters, so that a drive of Windows is none. */
    private static final String SCHEME = "[a-z][a-z0-9+.-]+";

    private static final Pattern FORM = Pattern.compile("(" + SCHEME + "):(.*)", Pattern.DOTALL);

    private static final Pattern PASSWORD = Pattern.compile("(//[^/@:]*):[^/@]*@");
    private static final Pattern SECRET =
            Pattern.compile("([?&;][^=&;]*(?:password|secret|token|key)[^=&;]*)=[^&;]*", Pattern.CASE_INSENSITIVE);

    /**
     * Reads an address.
     *
     * @param text the text of the user
     * @param option the option that contains it, for the error message
     * @return the address
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it has no scheme
     */
    public static ConnectorAddress parse(String text, String option) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    option + " '" + Printable.line(text) + "' has no scheme; write it as SCHEME:LOCATION");
        }
        return new ConnectorAddress(form.group(1), form.group(2));
    }

    /** {@return whether a name can be a scheme} */
    static boolean isScheme(@Nullable String name) {
        return name != null && name.matches(SCHEME);
    }

    /** {@return whether a text begins with a scheme} */
    public static boolean hasScheme(String text) {
        return FORM.matcher(text).matches();
    }

    /** For people: without passwords, and not longer than a line. */
    @Override
    public String toString() {
        String open = PASSWORD.matcher(location).replaceAll("$1:***@");
        String shown = Printable.line(scheme + ":" + SECRET.matcher(open).replaceAll("$1=***"));
        return shown.length() <= MOST_SHOWN ? shown : shown.substring(0, MOST_SHOWN) + "...";
    }
}
