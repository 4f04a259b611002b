package com.example.pinned;

/**
 * A name, or a pattern of names in which {@code *} stands for any characters and {@code ?} for one.
 *
 * @param text as it is written
 */
record NamePattern(String text) {
    boolean isName() {
        return text.indexOf('*') < 0 && text.indexOf('?') < 0;
    }

    /** What all names that match begin with. */
    String prefix() {
        int end = 0;
        while (end < text.length() && text.charAt(end) != '*' && text.charAt(end) != '?') {
            end++;
        }
        return text.substring(0, end);
    }

    /** How many characters are no wildcards. */
    int literals() {
        return (int) text.chars().filter(c -> c != '*' && c != '?').count();
    }

    /** Goes back to the last star when it does not fit, so it costs no more than both lengths multiplied. */
    boolean matches(String name) {
        int at = 0;
        int in = 0;
        int star = -1;
        int retry = 0;
        while (in < name.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                retry = in;
            } else if (at < text.length() && (text.charAt(at) == '?' || text.charAt(at) == name.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }
}
