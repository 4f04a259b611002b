package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which tables are replicated, such as {@code shop.*,crm.customer}: a star stands for any characters, and letters count as they
 * are. Immutable.
 */
public final class TablePatterns {
    /** All that are published. */
    public static final TablePatterns ALL = new TablePatterns(List.of("*.*"));

    /** None. */
    static final TablePatterns NONE = new TablePatterns(List.of());

    private final List<String> texts;
    private final List<Pattern> patterns = new ArrayList<>();

    private TablePatterns(List<String> texts) {
        this.texts = List.copyOf(texts);
        for (String text : texts) {
            StringBuilder expression = new StringBuilder();
            for (String literal : text.split("\\*", -1)) {
                expression.append(expression.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
            }
            patterns.add(Pattern.compile(expression.toString(), Pattern.DOTALL));
        }
    }

    /**
     * Reads patterns.
     *
     * @param list separated by commas, each {@code SCHEMA.TABLE}
     * @return the patterns
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if one of them is none
     */
    public static TablePatterns parse(String list) throws MaintainerException {
        List<String> texts = new ArrayList<>();
        for (String each : list.split(",", -1)) {
            String text = each.strip();
            int dot = text.indexOf('.');
            if (dot < 1 || dot == text.length() - 1) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "tables " + Printable.quoted(list) + " has " + Printable.quoted(text)
                                + "; write SCHEMA.TABLE, with * for any characters");
            }
            texts.add(text);
        }
        return new TablePatterns(texts);
    }

    /** {@return whether one of them fits} */
    public boolean matches(TableName table) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, table));
    }

    private static boolean matches(Pattern pattern, TableName table) {
        return pattern.matcher(table.schema() + "." + table.table()).matches();
    }

    /** {@return each as it was written} */
    public List<String> texts() {
        return texts;
    }

    /** {@return those that fit none of some tables, as they were written} */
    public List<String> unused(List<TableName> tables) {
        List<String> unused = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Pattern pattern = patterns.get(i);
            if (tables.stream().noneMatch(table -> matches(pattern, table))) {
                unused.add(texts.get(i));
            }
        }
        return unused;
    }

    @Override
    public String toString() {
        return String.join(",", texts);
    }
}
