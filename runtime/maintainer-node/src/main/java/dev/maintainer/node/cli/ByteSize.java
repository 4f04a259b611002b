package dev.maintainer.node.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes like 65536, 64K, 64M or 2G. */
final class ByteSize implements ITypeConverter<Long> {
    static final long GIB = 1L << 30;
    private static final long SMALLEST = 1024;

    ByteSize() {}

    @Override
    public Long convert(String value) {
        String text = value.toUpperCase(Locale.ROOT);
        int unit = text.isEmpty() ? -1 : "KMG".indexOf(text.charAt(text.length() - 1));
        try {
            long number = Long.parseLong(unit < 0 ? text : text.substring(0, text.length() - 1));
            long size = Math.multiplyExact(number, 1L << (10 * (unit + 1)));
            if (size >= SMALLEST) {
                return size;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // The message below says it.
            throw bad(value);
        }
        throw bad(value);
    }

    private static TypeConversionException bad(String value) {
        return new TypeConversionException("'" + value + "' is no size of at least 1K; write it like 64M or 2G");
    }
}
