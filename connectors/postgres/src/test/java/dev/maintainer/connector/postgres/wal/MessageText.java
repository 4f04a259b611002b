package dev.maintainer.connector.postgres.wal;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Messages as tests and people read them, with their values. */
final class MessageText {
    private MessageText() {}

    static String of(WalMessage message) {
        if (message instanceof WalMessage.Insert insert) {
            return "insert" + in(insert) + " into " + insert.relation() + " " + values(insert.row());
        } else if (message instanceof WalMessage.Update update) {
            return "update" + in(update) + " of " + update.relation() + " "
                    + (update.old() == null ? "" : old(update.old()) + " -> ") + values(update.row());
        } else if (message instanceof WalMessage.Delete delete) {
            return "delete" + in(delete) + " from " + delete.relation() + " " + old(delete.old());
        } else if (message instanceof WalMessage.Logical logical) {
            return "message" + in(logical) + (logical.transactional() ? "" : " at once") + " " + logical.prefix() + ": "
                    + new String(logical.content().bytes(), StandardCharsets.UTF_8);
        } else if (message instanceof WalMessage.Relation relation) {
            StringJoiner columns = new StringJoiner(", ", "(", ")");
            for (RelationColumn column : relation.columns()) {
                columns.add(column.name() + (column.identity() ? "*" : "") + " " + column.typeOid() + " "
                        + column.typeModifier());
            }
            return "relation" + in(relation) + " " + relation.oid() + " " + relation.namespace() + "." + relation.name()
                    + " " + relation.identity() + " " + columns;
        }
        return message.toString();
    }

    private static String in(WalMessage.InTransaction message) {
        return message.xid() == WalMessage.NO_XID ? "" : " in " + message.xid();
    }

    private static String old(OldTuple old) {
        return old.part() + " " + values(old.values());
    }

    private static String values(Tuple tuple) {
        StringJoiner values = new StringJoiner(", ", "(", ")");
        for (int column = 0; column < tuple.columns(); column++) {
            values.add(
                    switch (tuple.state(column)) {
                        case NULL -> "null";
                        case UNCHANGED -> "unchanged";
                        case VALUE -> {
                            String text = String.valueOf(tuple.text(column));
                            yield "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "..." + text.length())
                                    + "'";
                        }
                    });
        }
        return values.toString();
    }
}
