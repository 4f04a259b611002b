package dev.maintainer.node.cli;

import picocli.CommandLine.TypeConversionException;

/** Numbers on the command line; what is none is told without names of Java. */
final class WholeNumber {
    private WholeNumber() {}

    static Integer ofInt(String text) {
        return (int) parse(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static Long ofLong(String text) {
        return parse(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static long parse(String text, long least, long most) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a whole number"
                    + (text.matches("[+-]?[0-9]{10,}") ? " from " + least + " to " + most : ""));
        }
        if (number < least || number > most) {
            throw new TypeConversionException("'" + text + "' is not a whole number from " + least + " to " + most);
        }
        return number;
    }
}
