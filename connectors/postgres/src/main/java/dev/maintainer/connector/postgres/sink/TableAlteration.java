package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.catalog.UntoldValues;
import dev.maintainer.connector.postgres.sql.Identifiers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What makes a table look like a later image, found from the difference of the two. Columns are the same if they have the same
 * number. Pure.
 *
 * @param statements in their order
 * @param untold why rows that the table has may have got values that nobody tells; nothing if they have not
 */
record TableAlteration(List<String> statements, List<String> untold) {
    /**
     * Finds the statements.
     *
     * @param setsExpressions whether the server can give a generated column another expression, as it can from 17 on
     * @throws dev.maintainer.api.error.MaintainerException with {@code DDL_REFUSED} if the later table cannot be replicated
     */
    static TableAlteration of(
            TargetTable target, String mark, TableImage before, TableImage after, boolean setsExpressions) {
        return new Difference(target, mark, before, after, setsExpressions).alteration();
    }

    private static final class Difference {
        private final TargetTable target;
        private final String mark;
        private final TableImage before;
        private final TableImage after;
        private final boolean setsExpressions;
        private final String alter;
        private final Map<Integer, ColumnImage> former = new HashMap<>();
        private final List<String> statements = new ArrayList<>();

        Difference(TargetTable target, String mark, TableImage before, TableImage after, boolean setsExpressions) {
            this.target = target;
            this.mark = mark;
            this.before = before;
            this.after = after;
            this.setsExpressions = setsExpressions;
            alter = "alter table " + Identifiers.quoted(target.name()) + " ";
            before.columns().forEach(column -> former.put(column.number(), column));
        }

        TableAlteration alteration() {
            boolean changesKey = !before.keyNumbers().equals(after.keyNumbers());
            String key = ColumnClauses.primaryKey(target, mark, after);
            if (changesKey) {
                add("drop constraint if exists " + ColumnClauses.keyName(target, mark));
            }
            drop();
            rename();
            after.columns().forEach(this::retype);
            // What is generated from others comes behind them.
            for (boolean isSent : List.of(true, false)) {
                after.columns().stream()
                        .filter(column -> column.isSent() == isSent && !former.containsKey(column.number()))
                        .forEach(this::add);
            }
            after.columns().forEach(this::constrain);
            if (changesKey && key != null) {
                add("add " + key);
            }
            return new TableAlteration(List.copyOf(statements), UntoldValues.between(before, after));
        }

        private void add(String action) {
            statements.add(alter + action);
        }

        /** Those that are generated from others go first. */
        private void drop() {
            Set<Integer> staying = new HashSet<>();
            after.columns().forEach(column -> staying.add(column.number()));
            for (boolean isSent : List.of(false, true)) {
                before.columns().stream()
                        .filter(column -> column.isSent() == isSent && !staying.contains(column.number()))
                        .forEach(column -> add("drop column " + Identifiers.quoted(column.name())));
            }
        }

        /** Two may have exchanged their names, so each has one of its own on the way. */
        private void rename() {
            List<ColumnImage> renamed = after.columns().stream()
                    .filter(column -> {
                        ColumnImage was = former.get(column.number());
                        return was != null && !was.name().equals(column.name());
                    })
                    .toList();
            Set<String> taken = new HashSet<>();
            renamed.forEach(column -> taken.add(formerly(column).name()));
            boolean meet = renamed.stream().anyMatch(column -> taken.contains(column.name()));
            if (meet) {
                renamed.forEach(column -> rename(formerly(column).name(), passing(column)));
            }
            renamed.forEach(
                    column -> rename(meet ? passing(column) : formerly(column).name(), column.name()));
        }

        private String passing(ColumnImage column) {
            return "maintainer_" + mark + "_" + column.number() + "_moves";
        }

        private void rename(String from, String to) {
            add("rename column " + Identifiers.quoted(from) + " to " + Identifiers.quoted(to));
        }

        private ColumnImage formerly(ColumnImage column) {
            return Objects.requireNonNull(former.get(column.number()));
        }

        private void retype(ColumnImage column) {
            ColumnImage was = former.get(column.number());
            if (was == null) {
                return;
            }
            String name = Identifiers.quoted(column.name());
            String expression = ColumnClauses.defaultOf(was);
            boolean changesType = !ColumnClauses.typeOf(was).equals(ColumnClauses.typeOf(column));
            // The former default may not fit the type.
            if (expression != null && (changesType || !expression.equals(ColumnClauses.defaultOf(column)))) {
                add("alter column " + name + " drop default");
            }
            if (was.identity() != ColumnImage.Identity.NONE && column.identity() == ColumnImage.Identity.NONE) {
                add("alter column " + name + " drop identity");
            }
            if (!was.isSent() && column.isSent()) {
                add("alter column " + name + " drop expression");
            }
            if (changesType) {
                add("alter column " + name + " type " + ColumnClauses.typeOf(column)
                        + (column.isSent() ? " using " + name + "::text::" + column.type() : ""));
            }
        }

        /** Also if a column that it is made from has another name only. */
        private void generate(ColumnImage column) {
            String name = Identifiers.quoted(column.name());
            if (setsExpressions) {
                add("alter column " + name + " set expression as (" + ColumnClauses.generatedFrom(column) + ")");
            } else {
                add("drop column " + name);
                add(column);
            }
        }

        private void add(ColumnImage column) {
            add("add column " + ColumnClauses.definition(column));
        }

        private void constrain(ColumnImage column) {
            ColumnImage was = former.get(column.number());
            if (was == null) {
                return;
            }
            String name = Identifiers.quoted(column.name());
            if (was.notNull() != column.notNull()) {
                add("alter column " + name + (column.notNull() ? " set not null" : " drop not null"));
            }
            String expression = ColumnClauses.defaultOf(column);
            boolean changesType = !ColumnClauses.typeOf(was).equals(ColumnClauses.typeOf(column));
            if (expression != null && (changesType || !expression.equals(ColumnClauses.defaultOf(was)))) {
                add("alter column " + name + " set default " + expression);
            }
            if (was.identity() == ColumnImage.Identity.NONE && column.identity() != ColumnImage.Identity.NONE) {
                add("alter column " + name + " add generated by default as identity");
            }
            if (!was.isSent() && !column.isSent() && !Objects.equals(was.expression(), column.expression())) {
                generate(column);
            }
        }
    }
}
