package dev.maintainer.connector.postgres.catalog;

import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Days and moments as the server counts them, from 2000 on, and as it writes them: in microseconds since 1970 the last years would not
 * fit.
 */
final class KeyTimes {
    static final String INFINITY = "infinity";
    static final String MINUS_INFINITY = "-infinity";

    private static final long EPOCH_DAY_OF_2000 = 10_957;
    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final long MICROS_OF_DAY = 86_400 * MICROS_OF_SECOND;
    private static final int MICRO_DIGITS = 6;
    private static final int SIXTY = 60;

    /** The server has no others. */
    private static final long FIRST_DAY = -2_451_545;

    private static final long DAY_BEHIND_DATES = 2_145_031_949;
    private static final long DAY_BEHIND_TIMESTAMPS = 106_751_983;

    private static final String DATE_FORM = "(?<year>[0-9]{4,7})-(?<month>[0-9]{2})-(?<day>[0-9]{2})";
    private static final String ERA_FORM = "(?<era> BC)?";
    private static final Pattern DAY = Pattern.compile(DATE_FORM + ERA_FORM);
    private static final Pattern MOMENT = Pattern.compile(DATE_FORM
            + " (?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\\.(?<fraction>[0-9]{1,6}))?(?:\\+00)?"
            + ERA_FORM);

    private KeyTimes() {}

    /** The day of a date, which is finite. */
    static long day(String date) {
        return day(matched(DAY, date));
    }

    private static long day(Matcher matcher) {
        int year = part(matcher, "year");
        LocalDate date = LocalDate.of(
                matcher.group("era") == null ? year : 1 - year, part(matcher, "month"), part(matcher, "day"));
        return date.toEpochDay() - EPOCH_DAY_OF_2000;
    }

    /** The moment of a timestamp. */
    static long micros(String timestamp) {
        if (timestamp.equals(INFINITY)) {
            return Long.MAX_VALUE;
        }
        if (timestamp.equals(MINUS_INFINITY)) {
            return Long.MIN_VALUE;
        }
        Matcher matcher = matched(MOMENT, timestamp);
        String fraction = matcher.group("fraction");
        int micros = fraction == null ? 0 : Integer.parseInt(fraction + "0".repeat(MICRO_DIGITS - fraction.length()));
        long seconds =
                (part(matcher, "hour") * (long) SIXTY + part(matcher, "minute")) * SIXTY + part(matcher, "second");
        return Math.addExact(Math.multiplyExact(day(matcher), MICROS_OF_DAY), seconds * MICROS_OF_SECOND + micros);
    }

    private static Matcher matched(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("another form");
        }
        return matcher;
    }

    private static int part(Matcher matcher, String name) {
        return Integer.parseInt(matcher.group(name));
    }

    /**
     * A day as a date.
     *
     * @throws IllegalArgumentException if the server has no such date
     */
    static String date(long day) {
        if (day < FIRST_DAY || day >= DAY_BEHIND_DATES) {
            throw new IllegalArgumentException("no date of the server");
        }
        return text(day, "");
    }

    /**
     * A moment as a timestamp without a time zone.
     *
     * @throws IllegalArgumentException if the server has no such timestamp
     */
    static String timestamp(long micros) {
        if (micros == Long.MAX_VALUE) {
            return INFINITY;
        }
        if (micros == Long.MIN_VALUE) {
            return MINUS_INFINITY;
        }
        long day = Math.floorDiv(micros, MICROS_OF_DAY);
        if (day < FIRST_DAY || day >= DAY_BEHIND_TIMESTAMPS) {
            throw new IllegalArgumentException("no timestamp of the server");
        }
        long ofDay = Math.floorMod(micros, MICROS_OF_DAY);
        long second = ofDay / MICROS_OF_SECOND;
        String time = String.format(
                Locale.ROOT,
                " %02d:%02d:%02d.%06d",
                second / SIXTY / SIXTY,
                second / SIXTY % SIXTY,
                second % SIXTY,
                ofDay % MICROS_OF_SECOND);
        return text(day, time);
    }

    private static String text(long day, String time) {
        LocalDate date = LocalDate.ofEpochDay(day + EPOCH_DAY_OF_2000);
        boolean isBeforeChrist = date.getYear() <= 0;
        int year = isBeforeChrist ? 1 - date.getYear() : date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth())
                + time
                + (isBeforeChrist ? " BC" : "");
    }
}
