package dev.maintainer.connector.postgres.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The types whose order as bytes is known. Each value has an encoding that is no beginning of another one, so that
 * encodings of several columns can stand behind each other.
 */
enum KeyType {
    SMALLINT {
        @Override
        void encode(String text, KeyBytes out) {
            number(Short.parseShort(text), Short.BYTES, out);
        }

        @Override
        void encode(RowValues row, int column, KeyBytes out) {
            if (row.isShortNumber(column, SHORT_DIGITS)) {
                number(row.shortNumber(column), Short.BYTES, out);
            } else {
                super.encode(row, column, out);
            }
        }

        @Override
        String decode(ByteBuffer in) {
            return Short.toString((short) (in.getShort() ^ Short.MIN_VALUE));
        }
    },
    INTEGER {
        @Override
        void encode(String text, KeyBytes out) {
            number(Integer.parseInt(text), Integer.BYTES, out);
        }

        @Override
        void encode(RowValues row, int column, KeyBytes out) {
            if (row.isShortNumber(column, INTEGER_DIGITS)) {
                number(row.shortNumber(column), Integer.BYTES, out);
            } else {
                super.encode(row, column, out);
            }
        }

        @Override
        String decode(ByteBuffer in) {
            return Integer.toString(in.getInt() ^ Integer.MIN_VALUE);
        }
    },
    BIGINT {
        @Override
        void encode(String text, KeyBytes out) {
            number(Long.parseLong(text), Long.BYTES, out);
        }

        @Override
        void encode(RowValues row, int column, KeyBytes out) {
            if (row.isShortNumber(column, LONG_DIGITS)) {
                number(row.shortNumber(column), Long.BYTES, out);
            } else {
                super.encode(row, column, out);
            }
        }

        @Override
        String decode(ByteBuffer in) {
            return Long.toString(in.getLong() ^ Long.MIN_VALUE);
        }
    },
    UUID {
        @Override
        void encode(String text, KeyBytes out) {
            UUID uuid = java.util.UUID.fromString(text);
            bigEndian(uuid.getMostSignificantBits(), Long.BYTES, out);
            bigEndian(uuid.getLeastSignificantBits(), Long.BYTES, out);
        }

        @Override
        String decode(ByteBuffer in) {
            return new java.util.UUID(in.getLong(), in.getLong()).toString();
        }
    },
    BOOLEAN {
        @Override
        void encode(String text, KeyBytes out) {
            out.write(
                    switch (text) {
                        case "f" -> 0;
                        case "t" -> 1;
                        default -> throw new IllegalArgumentException("neither t nor f");
                    });
        }

        @Override
        String decode(ByteBuffer in) {
            return in.get() == 0 ? "f" : "t";
        }
    },
    DATE {
        @Override
        void encode(String text, KeyBytes out) {
            switch (text) {
                case KeyTimes.INFINITY -> number(Integer.MAX_VALUE, Integer.BYTES, out);
                case KeyTimes.MINUS_INFINITY -> number(Integer.MIN_VALUE, Integer.BYTES, out);
                default -> number(KeyTimes.day(text), Integer.BYTES, out);
            }
        }

        @Override
        String decode(ByteBuffer in) {
            int day = in.getInt() ^ Integer.MIN_VALUE;
            return switch (day) {
                case Integer.MAX_VALUE -> KeyTimes.INFINITY;
                case Integer.MIN_VALUE -> KeyTimes.MINUS_INFINITY;
                default -> KeyTimes.date(day);
            };
        }
    },
    TIMESTAMP {
        @Override
        void encode(String text, KeyBytes out) {
            number(KeyTimes.micros(text), Long.BYTES, out);
        }

        @Override
        String decode(ByteBuffer in) {
            return KeyTimes.timestamp(in.getLong() ^ Long.MIN_VALUE);
        }
    },
    BYTEA {
        @Override
        void encode(String text, KeyBytes out) {
            if (!text.startsWith("\\x")) {
                throw new IllegalArgumentException("no hexadecimal form");
            }
            terminated(HexFormat.of().parseHex(text, 2, text.length()), out);
        }

        @Override
        String decode(ByteBuffer in) {
            return "\\x" + HexFormat.of().formatHex(untilEnd(in));
        }
    },
    TEXT {
        @Override
        void encode(String text, KeyBytes out) {
            terminated(text.getBytes(StandardCharsets.UTF_8), out);
        }

        @Override
        String decode(ByteBuffer in) {
            return textUntilEnd(in);
        }
    },
    /** Blanks at the end do not count. */
    PADDED_TEXT {
        @Override
        void encode(String text, KeyBytes out) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') {
                end--;
            }
            terminated(text.substring(0, end).getBytes(StandardCharsets.UTF_8), out);
        }

        @Override
        String decode(ByteBuffer in) {
            return textUntilEnd(in);
        }
    };

    /** Numbers of so many digits have no others than those of the type. */
    private static final int SHORT_DIGITS = 4;

    private static final int INTEGER_DIGITS = 9;
    private static final int LONG_DIGITS = 18;

    private static final Pattern MODIFIER = Pattern.compile("\\([0-9]+\\)");

    /** Appends the encoding of a value, which is as the server writes it. */
    abstract void encode(String text, KeyBytes out);

    /** The same for a value of a row that is not null. */
    void encode(RowValues row, int column, KeyBytes out) {
        encode(Objects.requireNonNull(row.text(column)), out);
    }

    /**
     * A value that has the encoding with which bytes begin, if one has: whoever encodes it again finds that out.
     *
     * @throws RuntimeException if none has, or the server knows no such value
     */
    abstract String decode(ByteBuffer in);

    /** The type of a column without its modifier, as which each value stays as it is: with it some would be rounded, or cut off. */
    static String unmodified(ColumnImage column) {
        String type = MODIFIER.matcher(column.type()).replaceFirst("");
        return type.equals("character") ? "bpchar" : type;
    }

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

    private static void number(long value, int bytes, KeyBytes out) {
        bigEndian(value ^ (1L << (Byte.SIZE * bytes - 1)), bytes, out);
    }

    private static void bigEndian(long value, int bytes, KeyBytes out) {
        for (int shift = Byte.SIZE * (bytes - 1); shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (value >>> shift));
        }
    }

    /** Each zero is followed by 255; so the end, a zero and a one, is before all that could go on. */
    private static void terminated(byte[] bytes, KeyBytes out) {
        for (byte each : bytes) {
            out.write(each);
            if (each == 0) {
                out.write(0xff);
            }
        }
        out.write(0);
        out.write(1);
    }

    private static byte[] untilEnd(ByteBuffer in) {
        KeyBytes bytes = new KeyBytes(in.remaining());
        while (true) {
            byte each = in.get();
            if (each == 0) {
                switch (in.get()) {
                    case 1 -> {
                        return bytes.toByteArray();
                    }
                    case (byte) 0xff -> {
                        // A zero of the value.
                    }
                    default -> throw new IllegalArgumentException("neither an end nor a zero");
                }
            }
            bytes.write(each);
        }
    }

    private static String textUntilEnd(ByteBuffer in) {
        String text = new String(untilEnd(in), StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("texts of the server have no zeros");
        }
        return text;
    }
}
