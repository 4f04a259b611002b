package dev.maintainer.replication.route;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which name a table of the source has in the target. Of several rules the first that fits decides; a table that none fits
 * keeps its name. A rule is written {@code SCHEMA.TABLE=SCHEMA.TABLE}: on the left, {@code *} stands for any characters; on the
 * right, {@code {schema}} and {@code {table}} stand for the names in the source. Immutable, thread-safe.
 */
public final class TableRoutes {
    /** No rules: every table keeps its name. */
    public static final TableRoutes NONE = new TableRoutes(List.of(), List.of());

    private static final Pattern RULE = Pattern.compile("([^.=]+)\\.([^.=]+)=([^.=]+)\\.([^.=]+)");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]*)}");

    private record Rule(Pattern schema, Pattern table, String targetSchema, String targetTable) {
        boolean fits(TableName name) {
            return schema.matcher(name.schema()).matches()
                    && table.matcher(name.table()).matches();
        }

        TableName target(TableName name) {
            return new TableName(filled(targetSchema, name), filled(targetTable, name));
        }

        private static String filled(String template, TableName name) {
            // One after the other would fill in what a name brings along.
            return VARIABLE.matcher(template)
                    .replaceAll(found ->
                            Matcher.quoteReplacement(found.group(1).equals("schema") ? name.schema() : name.table()));
        }
    }

    private final List<String> texts;
    private final List<Rule> rules;

    private TableRoutes(List<String> texts, List<Rule> rules) {
        this.texts = List.copyOf(texts);
        this.rules = List.copyOf(rules);
    }

    /**
     * Reads rules.
     *
     * @param texts in the order in which they are tried
     * @throws MaintainerException with {@code BAD_CONFIGURATION}, if one is no rule; the message names it
     */
    public static TableRoutes parse(List<String> texts) throws MaintainerException {
        List<Rule> rules = new ArrayList<>();
        for (String text : texts) {
            Matcher rule = RULE.matcher(text);
            if (!rule.matches()) {
                throw bad(text, "write SCHEMA.TABLE=SCHEMA.TABLE, such as shop.*=archive.{table}");
            }
            refuseUnknown(text, rule.group(3));
            refuseUnknown(text, rule.group(4));
            rules.add(new Rule(glob(rule.group(1)), glob(rule.group(2)), rule.group(3), rule.group(4)));
        }
        return rules.isEmpty() ? NONE : new TableRoutes(texts, rules);
    }

    private static void refuseUnknown(String text, String template) {
        Matcher variables = VARIABLE.matcher(template);
        while (variables.find()) {
            if (!variables.group(1).equals("schema") && !variables.group(1).equals("table")) {
                throw bad(text, "there is no " + variables.group() + "; there are {schema} and {table}");
            }
        }
        if (VARIABLE.matcher(template).replaceAll("").chars().anyMatch(c -> c == '{' || c == '}')) {
            throw bad(text, "a brace is not closed, or not opened; write {schema} or {table}");
        }
        if (template.indexOf('*') >= 0) {
            throw bad(text, "* has no meaning on the right; use {schema} or {table}");
        }
    }

    private static MaintainerException bad(String text, String what) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION, "route '" + Printable.line(text) + "' cannot be read: " + what);
    }

    private static Pattern glob(String text) {
        StringBuilder pattern = new StringBuilder();
        for (String part : text.split("\\*", -1)) {
            pattern.append(pattern.length() == 0 ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL);
    }

    /** Whether every table keeps its name. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** The name in the target. */
    public TableName target(TableName name) {
        for (Rule rule : rules) {
            if (rule.fits(name)) {
                return rule.target(name);
            }
        }
        return name;
    }

    /** The table as it is in the target. */
    public TableInfo target(TableInfo table) {
        TableName name = target(table.name());
        return name.equals(table.name())
                ? table
                : new TableInfo(table.table(), table.schema(), name, table.splittable());
    }

    /**
     * The names in the target of some tables that exist at one moment.
     *
     * @param names in the source
     * @return the names in the source by those in the target
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if two tables would end on one
     */
    public SortedMap<TableName, TableName> byTarget(Iterable<TableName> names) throws MaintainerException {
        SortedMap<TableName, TableName> sources = new TreeMap<>();
        for (TableName name : names) {
            TableName other = sources.putIfAbsent(target(name), name);
            if (other != null) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "tables " + other + " and " + name + " would both be " + target(name)
                                + " in the target; mend the routes " + this);
            }
        }
        return sources;
    }

    /** What identifies a source that is routed so, if {@code source} identifies it without. */
    public String identity(String source) {
        return isEmpty() ? source : source + " routed by " + this;
    }

    /** The rules as they were written, in their order. */
    @Override
    public String toString() {
        return String.join(" ", texts);
    }
}
