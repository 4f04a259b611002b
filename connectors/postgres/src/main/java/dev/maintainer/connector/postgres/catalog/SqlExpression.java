package dev.maintainer.connector.postgres.catalog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an expression of a catalog needs, as far as its text tells. The catalog writes names of all that is not of {@code
 * pg_catalog} with their schema. Pure.
 */
public final class SqlExpression {
    private static final Set<String> CONSTANTS = Set.of("true", "false", "null");
    private static final Set<String> OF_SEQUENCES = Set.of("nextval", "currval", "setval", "lastval");
    private static final Set<String> PREFIXES = Set.of("e", "b", "x");
    private static final String SYMBOLS = "+-*/%<>=~!@#^&|`?(),:[].";

    private enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        NUMBER,
        SYMBOL
    }

    private record Token(Kind kind, String text) {
        boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }
    }

    private SqlExpression() {}

    /**
     * Whether it always has the same value: a literal, perhaps of a type.
     *
     * @param expression as the catalog has it
     * @return false also if it cannot be told
     */
    public static boolean isConstant(String expression) {
        List<Token> tokens = tokens(expression);
        if (tokens.isEmpty() || needsObjects(tokens)) {
            return false;
        }
        int i = 0;
        int open = 0;
        while (i < tokens.size() && tokens.get(i).is("(")) {
            open++;
            i++;
        }
        if (i < tokens.size() && (tokens.get(i).is("-") || tokens.get(i).is("+"))) {
            i++;
        }
        if (i + 1 < tokens.size()
                && tokens.get(i).kind() == Kind.WORD
                && PREFIXES.contains(lower(tokens.get(i)))
                && tokens.get(i + 1).kind() == Kind.STRING) {
            i++;
        }
        if (i == tokens.size() || !isLiteral(tokens.get(i))) {
            return false;
        }
        i++;
        while (open > 0 && i < tokens.size() && tokens.get(i).is(")")) {
            open--;
            i++;
        }
        return i == tokens.size() ? open == 0 : isOneCast(tokens.subList(i, tokens.size()), open);
    }

    /**
     * Whether it is a literal of a value. Of two that are written differently, such as those of many types, that cannot be told.
     *
     * @param expression as the catalog has it
     * @param text the value as its type writes it; null for null
     * @return false also if it cannot be told
     */
    public static boolean isLiteral(String expression, @Nullable String text) {
        if (!isConstant(expression)) {
            return false;
        }
        String sign = "";
        for (Token token : tokens(expression)) {
            switch (token.kind()) {
                case STRING -> {
                    String content = token.text().substring(1, token.text().length() - 1);
                    // Backslashes mean something in some of them.
                    return content.indexOf('\\') < 0
                            && content.replace("''", "'").equals(text);
                }
                case NUMBER -> {
                    return text != null && isNumber(sign + token.text(), text);
                }
                case WORD -> {
                    String word = lower(token);
                    if (!PREFIXES.contains(word)) {
                        // The type writes the first letter of those that are true or false.
                        return word.equals("null")
                                ? text == null
                                : word.substring(0, 1).equals(text);
                    }
                }
                case SYMBOL -> sign = token.is("-") ? "-" : sign;
                case QUOTED_NAME -> {
                    return false;
                }
            }
        }
        return false;
    }

    private static boolean isNumber(String literal, String text) {
        try {
            return new BigDecimal(literal).compareTo(new BigDecimal(text)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isLiteral(Token token) {
        return switch (token.kind()) {
            case STRING, NUMBER -> true;
            case WORD -> CONSTANTS.contains(lower(token));
            case QUOTED_NAME, SYMBOL -> false;
        };
    }

    /** Of two, the first may make a value of the second that changes, such as that of {@code 'now'}. */
    private static boolean isOneCast(List<Token> tokens, int open) {
        int depth = open;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean isCast = token.is(":");
            if (isCast != i < 2 || token.kind() == Kind.STRING) {
                return false;
            }
            if (token.kind() == Kind.SYMBOL && !isCast) {
                if (!"().,[]-".contains(token.text())) {
                    return false;
                }
                depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            }
        }
        return depth == 0;
    }

    /**
     * Whether it needs nothing else than what every database has.
     *
     * @param expression as the catalog has it
     * @return false also if it cannot be told
     */
    public static boolean isPortable(String expression) {
        List<Token> tokens = tokens(expression);
        if (tokens.isEmpty() || needsObjects(tokens)) {
            return false;
        }
        if (isConstant(expression)) {
            return true;
        }
        return tokens.stream().noneMatch(token -> token.kind() == Kind.QUOTED_NAME || token.is("."));
    }

    /** Sequences, and names of objects as values. */
    private static boolean needsObjects(List<Token> tokens) {
        return tokens.stream()
                .filter(token -> token.kind() == Kind.WORD)
                .map(SqlExpression::lower)
                .anyMatch(word -> OF_SEQUENCES.contains(word)
                        || word.startsWith("reg")
                        || word.startsWith("pg_")
                        || word.startsWith("lo_"));
    }

    private static String lower(Token token) {
        return token.text().toLowerCase(Locale.ROOT);
    }

    /** Nothing if there is something else than words, literals and operators, or parentheses do not match. */
    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int depth = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int end;
            if (c == ' ' || c == '\n' || c == '\t') {
                i++;
                continue;
            } else if (c == '\'' || c == '"') {
                end = endOfQuoted(text, i);
                tokens.add(new Token(c == '"' ? Kind.QUOTED_NAME : Kind.STRING, text.substring(i, Math.max(i, end))));
            } else if (isDigit(c)) {
                end = endOfNumber(text, i);
                tokens.add(new Token(Kind.NUMBER, text.substring(i, end)));
            } else if (isLetter(c)) {
                end = i + 1;
                while (end < text.length() && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)))) {
                    end++;
                }
                tokens.add(new Token(Kind.WORD, text.substring(i, end)));
            } else if (SYMBOLS.indexOf(c) >= 0 && !text.startsWith("--", i) && !text.startsWith("/*", i)) {
                end = i + 1;
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                tokens.add(new Token(Kind.SYMBOL, text.substring(i, end)));
            } else {
                return List.of();
            }
            if (end <= i || depth < 0) {
                return List.of();
            }
            i = end;
        }
        return depth == 0 ? tokens : List.of();
    }

    private static boolean isLetter(char c) {
        return c == '_' || Character.isLetter(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfNumber(String text, int start) {
        int end = start;
        while (end < text.length() && isOfNumber(text, end)) {
            end++;
        }
        return end;
    }

    private static boolean isOfNumber(String text, int i) {
        char c = text.charAt(i);
        boolean isSign = (c == '-' || c == '+') && Character.toLowerCase(text.charAt(i - 1)) == 'e';
        return isDigit(c) || c == '.' || isLetter(c) || isSign;
    }

    /** Behind the closing quote; -1 if there is none. */
    private static int endOfQuoted(String text, int start) {
        char quote = text.charAt(start);
        int i = start + 1;
        while (i < text.length()) {
            if (text.charAt(i) != quote) {
                i++;
            } else if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                i += 2;
            } else {
                return i + 1;
            }
        }
        return -1;
    }
}
