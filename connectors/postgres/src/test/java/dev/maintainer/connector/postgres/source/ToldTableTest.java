package dev.maintainer.connector.postgres.source;

import static dev.maintainer.connector.postgres.ddl.FoundNotes.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.ddl.FoundNotes;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import dev.maintainer.connector.postgres.ddl.TableShape;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ToldTableTest {
    private static final FoundNotes KNOWN = table(1, "orders", "1 id integer", "2 a text", "3 b text");

    /** As the log describes a table: columns as {@code name type}, the first one the key. */
    private static Relation told(String... columns) {
        return relation(ReplicaIdentity.DEFAULT, "orders", columns);
    }

    private static Relation relation(ReplicaIdentity identity, String name, String... columns) {
        List<RelationColumn> described = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" ", 2);
            boolean isKey = described.isEmpty() || identity == ReplicaIdentity.FULL;
            described.add(new RelationColumn(isKey, parts[0], FoundNotes.typeOid(parts[1]), -1));
        }
        return new Relation(0, 1, "shop", name, identity, described);
    }

    private static List<Integer> numbers(Relation told, FoundNotes catalog) {
        NotedDdl note = new ToldTable(KNOWN.note(), told).note(Optional.of(catalog.note()));
        assertThat(note.kind()).isEqualTo(Kind.FOUND);
        return TableShape.parse(note.detail()).columns().stream()
                .map(TableShape.Column::number)
                .toList();
    }

    private static void drifts(Relation told, FoundNotes catalog, String why) {
        assertThatThrownBy(() -> new ToldTable(KNOWN.note(), told).note(Optional.of(catalog.note())))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("A table that is described as before, perhaps on another connection, has not changed")
    void same() {
        assertThat(new ToldTable(KNOWN.note(), told("id integer", "a text", "b text")).isKnown())
                .isTrue();
        for (Relation other : List.of(
                told("id integer", "a text"),
                told("id integer", "b text", "a text"),
                told("id integer", "a text", "b bigint"),
                relation(ReplicaIdentity.FULL, "orders", "id integer", "a text", "b text"),
                relation(ReplicaIdentity.DEFAULT, "bills", "id integer", "a text", "b text"))) {
            assertThat(new ToldTable(KNOWN.note(), other).isKnown()).isFalse();
        }
    }

    @Test
    @DisplayName("Columns get their numbers from the catalog, also if that has more or fewer by now")
    void numbered() {
        FoundNotes present = table(1, "orders", "1 id integer", "3 b text", "5 c text");
        assertThat(numbers(told("id integer", "b text", "c text"), present)).containsExactly(1, 3, 5);
        assertThat(numbers(told("id integer", "a text", "b text", "c text"), present))
                .containsExactly(1, 2, 3, 5);
        assertThat(numbers(told("id integer", "b text"), present)).containsExactly(1, 3);
        assertThat(new ToldTable(KNOWN.note(), told("id integer"))
                        .note(Optional.empty())
                        .kind())
                .isEqualTo(Kind.DROPPED);
    }

    @Test
    @DisplayName("A drop behind which another column takes the name is not taken for the drop of that one")
    void renamed() {
        drifts(told("id integer", "a text"), table(1, "orders", "1 id integer", "3 a text"), "was renamed to \"a\"");
        drifts(told("id integer", "c text"), table(1, "orders", "1 id integer", "2 c text"), "was renamed to \"c\"");
        drifts(told("id integer", "a text"), table(1, "orders", "1 id integer", "2 a text", "3 c text"), "renamed");
        drifts(told("id integer", "b text"), table(1, "orders", "1 id integer", "2 x text", "3 b text"), "renamed");
    }

    @Test
    @DisplayName("A column that cannot be found any more, or has another type by now, cannot be followed")
    void movedOn() {
        FoundNotes present = table(1, "orders", "1 id integer", "2 a text", "3 b text", "4 c bigint");
        drifts(told("id integer", "a text", "b text", "c text"), present, "\"c\"");
        drifts(told("id integer", "a text", "b text", "d text"), present, "\"d\"");
        drifts(told("id integer", "a bigint", "b text"), present, "\"a\"");
        FoundNotes last = table(1, "orders", "1 id integer", "2 a text", "3 b text", "5 c text");
        NotedDdl known = KNOWN.last(5).note();
        Relation told = told("id integer", "a text", "b text", "c text");
        assertThatThrownBy(() -> new ToldTable(known, told).note(Optional.of(last.note())))
                .hasMessageContaining("generated");
    }

    @Test
    @DisplayName("A file that is another one by now is another one for each column that comes")
    void rewritten() {
        FoundNotes present = table(1, "orders", "1 id integer", "2 a text", "3 b text", "4 c text")
                .file(901);
        NotedDdl note = new ToldTable(KNOWN.note(), told("id integer", "a text", "b text", "c text"))
                .note(Optional.of(present.note()));
        assertThat(TableShape.parse(note.detail()).file()).isEqualTo(TableShape.UNKNOWN_FILE);
    }
}
