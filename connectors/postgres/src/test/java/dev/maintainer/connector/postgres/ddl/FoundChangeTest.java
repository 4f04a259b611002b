package dev.maintainer.connector.postgres.ddl;

import static dev.maintainer.connector.postgres.ddl.FoundNotes.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FoundChangeTest {
    private static final FoundNotes KNOWN = table(1, "orders", "1 id integer", "2 total text", "3 note text");

    private final CatalogHistory history = new CatalogHistory(
            new TableScope(name -> true, table -> false, "maintainer", true, Set.of(), Set.of()), 1_000);

    private static @Nullable Kind change(FoundNotes found) {
        NotedDdl counted = FoundChange.of(KNOWN.note(), true, found.note());
        return counted == null ? null : counted.kind();
    }

    private static void drifts(FoundNotes found, String why) {
        assertThatThrownBy(() -> FoundChange.of(KNOWN.entry(5).note(), true, found.note()))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContainingAll("table shop.orders", why, "create the changefeed anew");
    }

    @Test
    @DisplayName("Columns that came and went are followed, in any order")
    void columns() {
        assertThat(change(KNOWN)).isEqualTo(Kind.TABLE);
        assertThat(change(table(1, "orders", "1 id integer", "3 note text").last(3)))
                .isEqualTo(Kind.TABLE);
        assertThat(change(table(1, "orders", "1 id integer", "3 note text", "5 more text")))
                .isEqualTo(Kind.TABLE);
    }

    @Test
    @DisplayName("A column that is replaced by one of its name, and one that comes with a new file, are copied again")
    void copiedAgain() {
        assertThat(change(table(1, "orders", "1 id integer", "2 total text", "4 note text")))
                .isEqualTo(Kind.FOUND);
        FoundNotes more = table(1, "orders", "1 id integer", "2 total text", "3 note text", "4 more text");
        assertThat(change(more.file(901))).isEqualTo(Kind.FOUND);
        assertThat(change(more.file(TableShape.UNKNOWN_FILE))).isEqualTo(Kind.FOUND);
        assertThat(FoundChange.of(
                        KNOWN.file(TableShape.UNKNOWN_FILE).note(),
                        true,
                        more.file(0).note()))
                .isNotNull()
                .extracting(NotedDdl::kind)
                .isEqualTo(Kind.FOUND);
        // As VACUUM FULL leaves it.
        assertThat(change(KNOWN.file(901))).isEqualTo(Kind.TABLE);
    }

    @Test
    @DisplayName("What was found before the log told more counts for nothing")
    void older() {
        assertThat(change(table(1, "orders", "1 id integer", "2 total text"))).isNull();
        NotedDdl fewer = table(1, "orders", "1 id integer", "3 note text").note();
        assertThat(FoundChange.of(fewer, true, KNOWN.note())).isNull();
    }

    @Test
    @DisplayName("Other names, types, keys, and a table that was put into its publication again are refused")
    void refused() {
        drifts(table(1, "orders", "1 id integer", "2 sum text", "3 note text").entry(5), "renamed to \"sum\"");
        drifts(
                table(1, "orders", "1 id integer", "2 total bigint", "3 note text")
                        .entry(5),
                "another type");
        drifts(KNOWN.entry(5).key("id,note"), "another key");
        drifts(KNOWN.entry(5).named("bills"), "renamed to shop.bills");
        drifts(KNOWN.entry(6), "taken out of its publication");
    }

    @Test
    @DisplayName("A table comes with a copy where it was found, once, and also when it has got a key")
    void comes() {
        history.begin(List.of(KNOWN.note(Kind.BASELINE)));
        NotedDdl found = table(2, "items", "1 id integer").note();
        assertThat(texts(history.apply(2_000, List.of(found), Set.of()))).containsExactly("CREATE TABLE shop.items");
        assertThat(history.copied(idOf("items"), 1_999)).isPresent();
        assertThat(texts(history.apply(2_100, List.of(found), Set.of()))).isEmpty();
        NotedDdl keyless = table(3, "log", "1 line text").key("").note();
        assertThat(history.apply(2_200, List.of(keyless), Set.of()).remarks()).hasSize(1);
        assertThat(history.apply(2_300, List.of(keyless), Set.of()).ddls()).isEmpty();
        NotedDdl keyed = table(3, "log", "1 line text").note();
        assertThat(texts(history.apply(2_400, List.of(keyed), Set.of()))).containsExactly("CREATE TABLE shop.log");
        assertThat(history.copied(idOf("log"), 2_399)).isPresent();
    }

    @Test
    @DisplayName("A table that is dropped and made anew under its name is another one")
    void replaced() {
        history.begin(List.of(KNOWN.note(Kind.BASELINE)));
        NotedDdl gone = CatalogDifference.dropped(KNOWN.note());
        NotedDdl other = table(9, "orders", "1 id integer").note();
        assertThat(texts(history.apply(2_000, List.of(gone, other), Set.of())))
                .containsExactly("DROP TABLE shop.orders", "CREATE TABLE shop.orders");
        assertThat(history.apply(2_100, List.of(gone), Set.of()).ddls()).isEmpty();
    }

    @Test
    @DisplayName("An image has what somebody would hear of, and the default that rows have got")
    void told() {
        ColumnImage id = new ColumnImage(
                1, "id", "integer", null, true, null, ColumnImage.Identity.ALWAYS, ColumnImage.Generated.NO);
        TableImage image = new TableImage(
                List.of(
                        id,
                        column(2, "a", "'x'::text", ColumnImage.Generated.NO),
                        column(3, "b", "'y'::text", ColumnImage.Generated.NO),
                        column(4, "c", "a", ColumnImage.Generated.STORED),
                        column(5, "d", "now()", ColumnImage.Generated.NO)),
                List.of("id"),
                dev.maintainer.connector.postgres.wal.ReplicaIdentity.DEFAULT);

        TableImage told = FoundChange.told(image, Map.of(2, "x", 3, "another"));

        assertThat(told.columns()).extracting(ColumnImage::name).containsExactly("id", "a", "b", "d");
        assertThat(told.columns()).extracting(ColumnImage::notNull).containsExactly(true, false, false, false);
        assertThat(told.columns()).extracting(ColumnImage::expression).containsExactly(null, "'x'::text", null, null);
        assertThat(told.columns()).extracting(ColumnImage::identity).containsOnly(ColumnImage.Identity.NONE);
    }

    private static ColumnImage column(int number, String name, String expression, ColumnImage.Generated generated) {
        return new ColumnImage(number, name, "text", null, true, expression, ColumnImage.Identity.NONE, generated);
    }

    @Test
    @DisplayName("A look at the catalog tells what came, what went, what was taken out, and what looks otherwise")
    void differences() {
        CatalogDifference difference =
                new CatalogDifference("maintainer", name -> !name.table().equals("other"));
        List<NotedDdl> known = List.of(
                KNOWN.note(Kind.BASELINE),
                table(2, "gone", "1 id integer").note(),
                table(3, "outside", "1 id integer").note(),
                table(4, "keyless", "1 id integer").note());
        NotedDdl wider = table(1, "orders", "1 id integer", "2 total text", "3 note text", "4 more text")
                .note();
        List<NotedDdl> found = List.of(
                wider,
                table(5, "new", "1 id integer").note(),
                table(6, "other", "1 id integer").note());

        assertThat(difference.notes(known, oid -> oid != 4, found, Set.of(3L, 4L)))
                .extracting(note ->
                        note.kind() + " " + Objects.requireNonNull(note.name()).table())
                .containsExactly("DROPPED gone", "PUBLICATION outside", "DROPPED keyless", "FOUND orders", "FOUND new");
        assertThat(difference.notes(List.of(KNOWN.note()), oid -> true, List.of(KNOWN.note()), Set.of()))
                .isEmpty();
    }

    private static List<String> texts(DdlStep step) {
        return step.ddls().stream()
                .map(ddl -> ddl.statement().replaceAll(" DEFINITION.*", ""))
                .toList();
    }

    private dev.maintainer.api.model.TableId idOf(String name) {
        return history.tables().stream()
                .map(each -> each.info())
                .filter(info -> info.name().table().equals(name))
                .findFirst()
                .orElseThrow()
                .table();
    }
}
