package dev.maintainer.connector.postgres.reader;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code application_name} of a reader's session. The slot that it holds tells whose it is, so the name need not. */
final class ReaderName {
    private static final Pattern NAME = Pattern.compile("maintainer reader (\\d{1,18})");

    private ReaderName() {}

    static String of(long epoch) {
        return "maintainer reader " + epoch;
    }

    /** The epoch of a reader; empty if the session is something else. */
    static OptionalLong epoch(String applicationName) {
        Matcher matcher = NAME.matcher(applicationName);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
