package dev.maintainer.connector.postgres.catalog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The types whose order as bytes is known. Each value has an encoding that is no beginning of another one, so that
 * encodings of several columns can stand behind each other.
 */
enum KeyType {
    SMALLINT {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            number(Short.parseShort(text), Short.BYTES, out);
        }
    },
    INTEGER {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            number(Integer.parseInt(text), Integer.BYTES, out);
        }
    },
    BIGINT {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            number(Long.parseLong(text), Long.BYTES, out);
        }
    },
    UUID {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            UUID uuid = java.util.UUID.fromString(text);
            bigEndian(uuid.getMostSignificantBits(), Long.BYTES, out);
            bigEndian(uuid.getLeastSignificantBits(), Long.BYTES, out);
        }
    },
    BOOLEAN {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            out.write(
                    switch (text) {
                        case "f" -> 0;
                        case "t" -> 1;
                        default -> throw new IllegalArgumentException("neither t nor f");
                    });
        }
    },
    DATE {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            switch (text) {
                case INFINITY -> number(Integer.MAX_VALUE, Integer.BYTES, out);
                case MINUS_INFINITY -> number(Integer.MIN_VALUE, Integer.BYTES, out);
                default -> number(day(matched(DAY, text)), Integer.BYTES, out);
            }
        }
    },
    TIMESTAMP {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            number(micros(text), Long.BYTES, out);
        }
    },
    BYTEA {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            if (!text.startsWith("\\x")) {
                throw new IllegalArgumentException("no hexadecimal form");
            }
            terminated(HexFormat.of().parseHex(text, 2, text.length()), out);
        }
    },
    TEXT {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            terminated(text.getBytes(StandardCharsets.UTF_8), out);
        }
    },
    /** Blanks at the end do not count. */
    PADDED_TEXT {
        @Override
        void encode(String text, ByteArrayOutputStream out) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') {
                end--;
            }
            terminated(text.substring(0, end).getBytes(StandardCharsets.UTF_8), out);
        }
    };

    private static final String INFINITY = "infinity";
    private static final String MINUS_INFINITY = "-infinity";
    private static final long EPOCH_DAY_OF_2000 = 10_957;
    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final long MICROS_OF_DAY = 86_400 * MICROS_OF_SECOND;
    private static final int MICRO_DIGITS = 6;

    private static final String DATE_FORM = "(?<year>[0-9]{4,7})-(?<month>[0-9]{2})-(?<day>[0-9]{2})";
    private static final String ERA_FORM = "(?<era> BC)?";
    private static final Pattern DAY = Pattern.compile(DATE_FORM + ERA_FORM);
    private static final Pattern MOMENT = Pattern.compile(DATE_FORM
            + " (?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\\.(?<fraction>[0-9]{1,6}))?(?:\\+00)?"
            + ERA_FORM);
    private static final Pattern MODIFIER = Pattern.compile("\\([0-9]+\\)");

    /** Appends the encoding of a value, which is as the server writes it. */
    abstract void encode(String text, ByteArrayOutputStream out);

    /** Nothing if equal values may have unlike texts, or the order is not known. */
    static Optional<KeyType> of(ColumnImage column) {
        Optional<KeyType> type = switch (MODIFIER.matcher(column.type()).replaceFirst("")) {
            case "smallint" -> Optional.of(SMALLINT);
            case "integer" -> Optional.of(INTEGER);
            case "bigint" -> Optional.of(BIGINT);
            case "uuid" -> Optional.of(UUID);
            case "boolean" -> Optional.of(BOOLEAN);
            case "date" -> Optional.of(DATE);
            case "timestamp without time zone", "timestamp with time zone" -> Optional.of(TIMESTAMP);
            case "bytea" -> Optional.of(BYTEA);
            case "text", "character varying" -> Optional.of(TEXT);
            case "character" -> Optional.of(PADDED_TEXT);
            default -> Optional.empty();
        };
        // Those that somebody has made may take unlike texts for equal.
        String collation = column.collation();
        return collation == null || collation.startsWith("pg_catalog.") ? type : Optional.empty();
    }

    private static void number(long value, int bytes, ByteArrayOutputStream out) {
        bigEndian(value ^ (1L << (Byte.SIZE * bytes - 1)), bytes, out);
    }

    private static void bigEndian(long value, int bytes, ByteArrayOutputStream out) {
        for (int shift = Byte.SIZE * (bytes - 1); shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (value >>> shift));
        }
    }

    /** Each zero is followed by 255; so the end, a zero and a one, is before all that could go on. */
    private static void terminated(byte[] bytes, ByteArrayOutputStream out) {
        for (byte each : bytes) {
            out.write(each);
            if (each == 0) {
                out.write(0xff);
            }
        }
        out.write(0);
        out.write(1);
    }

    private static Matcher matched(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("another form");
        }
        return matcher;
    }

    /** From 2000 on, as the server counts: in microseconds since 1970 the last years would not fit. */
    private static long day(Matcher matcher) {
        int year = part(matcher, "year");
        LocalDate date = LocalDate.of(
                matcher.group("era") == null ? year : 1 - year, part(matcher, "month"), part(matcher, "day"));
        return date.toEpochDay() - EPOCH_DAY_OF_2000;
    }

    private static long micros(String text) {
        if (text.equals(INFINITY)) {
            return Long.MAX_VALUE;
        }
        if (text.equals(MINUS_INFINITY)) {
            return Long.MIN_VALUE;
        }
        Matcher matcher = matched(MOMENT, text);
        String fraction = matcher.group("fraction");
        int micros = fraction == null ? 0 : Integer.parseInt(fraction + "0".repeat(MICRO_DIGITS - fraction.length()));
        long seconds = (part(matcher, "hour") * 60L + part(matcher, "minute")) * 60L + part(matcher, "second");
        return Math.addExact(Math.multiplyExact(day(matcher), MICROS_OF_DAY), seconds * MICROS_OF_SECOND + micros);
    }

    private static int part(Matcher matcher, String name) {
        return Integer.parseInt(matcher.group(name));
    }
}
