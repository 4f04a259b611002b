package dev.maintainer.connector.postgres.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogHistoryTest {
    private static final long START = 1_000;
    private static final long SHOP = 77;
    private static final TableScope SCOPE = new TableScope(
            table -> table.schema().equals("shop"), table -> false, "maintainer", false, Set.of(SHOP), Set.of());

    private final CatalogHistory history = new CatalogHistory(SCOPE, START);
    private long nextNote;

    /** A column as {@code name type}, or {@code name type=default}; the first one is the key, unless it is called none, or all. */
    private static String image(String... columns) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            String[] parts = (columns[i] + "=").replaceFirst(" ", "=").split("=", 4);
            int number =
                    parts[0].indexOf('#') < 0 ? i + 1 : Integer.parseInt(parts[0].substring(parts[0].indexOf('#') + 1));
            texts.add("{\"number\":" + number + ",\"name\":\"" + parts[0].replaceAll("#.*", "") + "\",\"type\":\""
                    + parts[1]
                    + "\",\"collation\":null,\"notNull\":" + (i == 0) + ",\"default\":"
                    + (parts.length > 3 ? "\"" + parts[2] + "\"" : "null") + ",\"identity\":\"\",\"generated\":\"\"}");
        }
        boolean isFull = columns[0].startsWith("all");
        String key =
                isFull || columns[0].startsWith("none") ? "" : "\"" + columns[0].split("[ #]", 2)[0] + "\"";
        return "{\"postgresql\":1,\"columns\":[" + String.join(",", texts) + "],\"key\":[" + key
                + "],\"replicaIdentity\":\"" + (isFull ? "f" : "d") + "\"}";
    }

    private NotedDdl noted(Kind kind, long oid, String name, String detail, String... columns) {
        Map<Integer, String> addedValues = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
            if (columns[i].indexOf('=') >= 0) {
                addedValues.put(i + 1, columns[i].substring(columns[i].indexOf('=') + 1));
            }
        }
        return noted(kind, oid, SHOP, name, "r", 0, addedValues, detail, columns);
    }

    private NotedDdl noted(
            Kind kind,
            long oid,
            long schema,
            String name,
            String relationKind,
            long partitionOf,
            Map<Integer, String> addedValues,
            String detail,
            String... columns) {
        return new NotedDdl(
                nextNote++,
                kind,
                "ALTER TABLE",
                oid,
                schema,
                new TableName("shop", name),
                relationKind,
                "p",
                partitionOf,
                addedValues,
                detail,
                image(columns));
    }

    private NotedDdl table(long oid, String name, String... columns) {
        return noted(Kind.TABLE, oid, name, "", columns);
    }

    private NotedDdl dropped(long oid, String name) {
        return new NotedDdl(
                nextNote++,
                Kind.DROPPED,
                "DROP TABLE",
                oid,
                0,
                new TableName("shop", name),
                "",
                "",
                0,
                Map.of(),
                "",
                null);
    }

    private List<String> apply(long commitTs, NotedDdl... notes) {
        return texts(history.apply(commitTs, List.of(notes), Set.of()));
    }

    private static List<String> texts(DdlStep step) {
        return step.ddls().stream()
                .map(ddl -> ddl.statement().replaceAll(" DEFINITION.*", "") + " @" + ddl.commitTs())
                .toList();
    }

    private void begin(NotedDdl... notes) {
        assertThat(history.begin(List.of(notes)).remarks()).isEmpty();
    }

    @Test
    @DisplayName(
            "A table whose key goes, or comes, is copied again; one that nothing tells apart is left out, unless it only grows")
    void keysComeAndGo() {
        begin(table(10, "orders", "id bigint"));
        assertThat(apply(2_000, table(10, "orders", "all#1 bigint")))
                .containsExactly("TRUNCATE TABLE shop.orders @1999", "ALTER TABLE shop.orders @1999");
        TableId keyless = idOf("orders");
        assertThat(history.isCopy(keyless)).isTrue();
        assertThat(history.table(keyless).orElseThrow().info().splittable()).isFalse();
        assertThat(apply(3_000, table(10, "orders", "id#1 bigint")))
                .containsExactly("TRUNCATE TABLE shop.orders @2999", "ALTER TABLE shop.orders @2999");
        assertThat(idOf("orders")).isNotEqualTo(keyless);
        assertThat(apply(4_000, table(10, "orders", "none#1 bigint"))).containsExactly("DROP TABLE shop.orders @3999");

        CatalogHistory growing = new CatalogHistory(
                new TableScope(
                        table -> true, table -> table.table().equals("log"), "maintainer", true, Set.of(), Set.of()),
                START);
        assertThat(texts(growing.begin(List.of(table(11, "log", "none int"), table(12, "other", "none int")))))
                .containsExactly("CREATE TABLE shop.log @1001");
    }

    private TableId idOf(String name) {
        return history.tables().stream()
                .map(SourceTable::info)
                .filter(info -> info.name().table().equals(name))
                .map(TableInfo::table)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private void assertCopied(TableId table, long ts) {
        assertThat(history.copied(table, ts)).isPresent();
        assertThat(history.copied(table, ts + 1)).isEmpty();
        assertThat(history.hasCopiesBetween(ts, ts)).isTrue();
        assertThat(history.hasCopiesBetween(ts + 1, 1L << 40)).isFalse();
    }

    @Test
    @DisplayName("The first tables come right behind the start, as they were noted last, and are copied")
    void begins() {
        DdlStep step = history.begin(List.of(
                noted(Kind.BASELINE, 1, "orders", "", "id integer"),
                table(1, "sales", "id integer", "total text"),
                table(2, "gone", "id integer"),
                dropped(2, "gone")));

        assertThat(texts(step)).containsExactly("CREATE TABLE shop.sales @1001");
        assertThat(history.tablesAt(START)).isEmpty();
        assertThat(history.tablesAt(START + 1)).hasSize(1);
        assertCopied(new TableId(1), START + 1);
    }

    @Test
    @DisplayName("A table that a transaction makes is not copied: all of its rows are in the log")
    void creates() {
        begin();
        assertThat(apply(2_000, table(5, "items", "id integer"), table(5, "items", "id integer", "t text")))
                .containsExactly("CREATE TABLE shop.items @1999");
        assertThat(history.copied(new TableId(5), 0)).isEmpty();
        assertThat(history.createdTs(new TableId(5))).isEqualTo(1_999);
    }

    @Test
    @DisplayName("Only what a transaction leaves behind counts")
    void netEffect() {
        begin(table(1, "orders", "id integer"));
        assertThat(apply(2_000, table(9, "passing", "id integer"), dropped(9, "passing")))
                .isEmpty();
        assertThat(apply(3_000, table(1, "orders", "id integer"))).isEmpty();
    }

    @Test
    @DisplayName("Names become free before others take them, also where two tables exchange theirs")
    void names() {
        begin(table(1, "a", "id integer"), table(2, "b", "id integer"), table(3, "c", "id integer"));
        assertThat(apply(2_000, table(1, "b", "id integer"), table(2, "a", "id integer")))
                .containsExactly(
                        "RENAME TABLE shop.a TO shop.maintainer_1_moves @1999",
                        "RENAME TABLE shop.b TO shop.a @1999",
                        "RENAME TABLE shop.maintainer_1_moves TO shop.b @1999");
        assertThat(apply(3_000, table(7, "c", "id integer"), dropped(3, "c")))
                .containsExactly("DROP TABLE shop.c @2999", "CREATE TABLE shop.c @2999");
        assertThat(apply(4_000, table(1, "d", "id integer"), table(2, "b", "id integer")))
                .containsExactly("RENAME TABLE shop.b TO shop.d @3999", "RENAME TABLE shop.a TO shop.b @3999");
    }

    @Test
    @DisplayName("A table that was emptied is another one, which is not copied")
    void truncates() {
        begin(table(1, "orders", "id integer"));
        assertThat(texts(history.apply(2_000, List.of(), Set.of(1L))))
                .containsExactly("TRUNCATE TABLE shop.orders @1999");
        TableId second = idOf("orders");
        assertThat(second).isEqualTo(SourceNumbers.table(1, 1));
        assertThat(SourceNumbers.oid(second)).isEqualTo(1);
        assertThat(history.copied(second, 0)).isEmpty();
        assertThat(history.droppedTs(new TableId(1))).isEqualTo(1_999);
    }

    @Test
    @DisplayName("Rows that change without a word in the log are copied again, under another number")
    void reloads() {
        begin(table(1, "orders", "id integer", "total text"));
        String[][] changes = {
            {"id integer", "total text", "at timestamp=now()"},
            {"id integer", "total text", "at text"},
            {"id bigint", "total text", "at text"},
        };
        long ts = 2_000;
        List<String> expected = List.of("TRUNCATE TABLE shop.orders", "ALTER TABLE shop.orders");
        for (String[] columns : changes) {
            boolean isRewritten = columns[0].equals("id bigint");
            List<String> ddls = apply(
                    ts, isRewritten ? noted(Kind.REWRITTEN, 1, "orders", "4", columns) : table(1, "orders", columns));
            long at = ts - 1;
            assertThat(ddls)
                    .as(Arrays.toString(columns))
                    .isEqualTo(expected.stream().map(each -> each + " @" + at).toList());
            assertCopied(idOf("orders"), at);
            ts += 1_000;
        }
    }

    @Test
    @DisplayName(
            "Where rows have another value in a new column than its default, which ADD COLUMN did not have, they are copied")
    void addedOtherwise() {
        begin(table(1, "orders", "id integer"));
        String[] columns = {"id integer", "s text='current'", "d text", "n integer=5", "m integer=-5", "b boolean=true"
        };
        Map<Integer, String> alike = Map.of(2, "current", 4, "5", 5, "-5", 6, "t");
        for (Map<Integer, String> other : List.of(
                Map.of(2, "old", 4, "5", 5, "-5", 6, "t"),
                Map.of(2, "current", 3, "x", 4, "5", 5, "-5", 6, "t"),
                Map.of(2, "current", 5, "-5", 6, "t"),
                Map.of(2, "current", 4, "5", 5, "5", 6, "t"),
                Map.of(2, "current", 4, "5", 5, "-5", 6, "f"))) {
            CatalogHistory another = new CatalogHistory(SCOPE, START);
            another.begin(List.of(table(1, "orders", "id integer")));
            assertThat(texts(another.apply(
                            2_000,
                            List.of(noted(Kind.TABLE, 1, SHOP, "orders", "r", 0, other, "", columns)),
                            Set.of())))
                    .as("%s", other)
                    .containsExactly("TRUNCATE TABLE shop.orders @1999", "ALTER TABLE shop.orders @1999");
        }
        assertThat(apply(2_000, noted(Kind.TABLE, 1, SHOP, "orders", "r", 0, alike, "", columns)))
                .containsExactly("ALTER TABLE shop.orders @1999");
        assertThat(apply(
                        3_000,
                        noted(Kind.TABLE, 1, SHOP, "orders", "r", 0, alike, "", "id integer", "s text", "d text")))
                .as("of a column that was there before, nothing is meant")
                .containsExactly("ALTER TABLE shop.orders @2999");
    }

    @Test
    @DisplayName("A table that was filled while it was not published is copied")
    void filledElsewhere() {
        begin(table(1, "orders", "id integer"));
        long staging = SHOP + 1;
        NotedDdl made = noted(Kind.TABLE, 5, staging, "items", "r", 0, Map.of(), "", "id integer");
        assertThat(apply(2_000, made, table(5, "items", "id integer")))
                .containsExactly("CREATE TABLE shop.items @1999");
        assertCopied(idOf("items"), 1_999);
        NotedDdl away = noted(Kind.TABLE, 1, staging, "orders", "r", 0, Map.of(), "", "id integer");
        assertThat(apply(3_000, away, table(1, "orders", "id integer")))
                .containsExactly("TRUNCATE TABLE shop.orders @2999");
        assertCopied(idOf("orders"), 2_999);
    }

    @Test
    @DisplayName(
            "Partitions of a published table are published until they are detached, and copied when they come to it filled")
    void partitions() {
        CatalogHistory parts = new CatalogHistory(
                new TableScope(table -> true, table -> false, "maintainer", false, Set.of(), Set.of(10L)), START);
        NotedDdl root = noted(Kind.TABLE, 10, SHOP, "root", "p", 0, Map.of(), "", "id integer");
        NotedDdl sub = noted(Kind.TABLE, 11, SHOP, "sub", "p", 10, Map.of(), "", "id integer");
        NotedDdl leaf = noted(Kind.TABLE, 12, SHOP, "leaf", "r", 11, Map.of(), "", "id integer");
        NotedDdl low = noted(Kind.TABLE, 13, SHOP, "low", "r", 10, Map.of(), "", "id integer");
        NotedDdl alone = noted(Kind.TABLE, 14, SHOP, "alone", "r", 0, Map.of(), "", "id integer");
        assertThat(texts(parts.begin(List.of(root, sub, leaf, low, alone))))
                .containsExactly("CREATE TABLE shop.leaf @1001", "CREATE TABLE shop.low @1001");

        DdlStep detached = parts.apply(2_000, List.of(root, low), Set.of());
        assertThat(texts(detached)).containsExactly("DROP TABLE shop.leaf @1999");
        assertThat(detached.tables()).contains(12L);

        NotedDdl attached = noted(Kind.TABLE, 14, SHOP, "alone", "r", 10, Map.of(), "", "id integer");
        assertThat(texts(parts.apply(3_000, List.of(root, sub, leaf, low, attached), Set.of())))
                .containsExactly("CREATE TABLE shop.leaf @2999", "CREATE TABLE shop.alone @2999");
        assertThat(parts.copied(new TableId(14), 2_999)).isPresent();
        assertThat(parts.copied(SourceNumbers.table(12, 1), 2_999)).isPresent();
    }

    @Test
    @DisplayName(
            "A publication that tells less than before ends the source; another one, and other tables, do not matter")
    void publication() {
        begin(table(1, "orders", "id integer"));
        assertThat(apply(2_000, left("other", SHOP, "shop", "orders"), left("maintainer", SHOP, "crm", "customers")))
                .isEmpty();
        assertThat(apply(3_000, left("maintainer", SHOP + 1, "crm", null))).isEmpty();
        for (NotedDdl less : List.of(
                left("maintainer", SHOP, "shop", "orders"),
                left("maintainer", SHOP, "shop", null),
                left("maintainer", 0, null, null))) {
            assertThatThrownBy(() -> history.apply(4_000, List.of(less), Set.of()))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                    .hasMessageContaining("publication \"maintainer\" was altered");
        }
    }

    private NotedDdl left(String publication, long schema, @Nullable String schemaName, @Nullable String table) {
        return new NotedDdl(
                nextNote++,
                Kind.PUBLICATION,
                "ALTER PUBLICATION",
                0,
                schema,
                schemaName == null || table == null ? null : new TableName(schemaName, table),
                "",
                "",
                0,
                Map.of(),
                publication,
                null);
    }

    @Test
    @DisplayName("A label of an enum that is added is a DDL of the tables that have it")
    void labels() {
        begin(table(1, "orders", "id integer"));
        NotedDdl changed = new NotedDdl(
                nextNote++,
                Kind.TABLE,
                "ALTER TYPE",
                1,
                SHOP,
                new TableName("shop", "orders"),
                "r",
                "p",
                0,
                Map.of(),
                "",
                image("id integer")
                        .replaceFirst(
                                "}$",
                                ",\"types\":[{\"schema\":\"shop\",\"name\":\"mood\",\"labels\":[{\"number\":1,\"text\":\"sad\"}],\"base\":null,"
                                        + "\"collation\":null}]}"));
        DdlStep step = history.apply(2_000, List.of(changed), Set.of());
        assertThat(step.ddls()).singleElement().satisfies(ddl -> {
            assertThat(ddl.kind()).isEqualTo(DdlEvent.Kind.ALTER_TABLE);
            assertThat(ddl.definition()).contains("mood");
        });
        assertThat(step.remarks()).isEmpty();
    }

    @Test
    @DisplayName("If a type has changed otherwise, it is said which tables have it")
    void types() {
        begin(table(1, "orders", "id integer"));
        NotedDdl changed = new NotedDdl(
                nextNote++,
                Kind.TABLE,
                "ALTER TYPE",
                1,
                SHOP,
                new TableName("shop", "orders"),
                "r",
                "p",
                0,
                Map.of(),
                "",
                image("id integer"));
        DdlStep step = history.apply(2_000, List.of(changed, changed), Set.of());
        assertThat(step.ddls()).isEmpty();
        assertThat(step.remarks()).singleElement().asString().contains("shop.orders", "ALTER TYPE");
    }

    @Test
    @DisplayName("An ordinal is never given twice")
    void ordinals() {
        List<DdlEvent> ddls = new ArrayList<>(
                history.begin(List.of(table(1, "orders", "id integer"), table(2, "customers", "id integer")))
                        .ddls());
        ddls.addAll(history.apply(2_000, List.of(table(1, "sales", "id integer")), Set.of(2L))
                .ddls());
        ddls.addAll(history.apply(3_000, List.of(dropped(1, "sales")), Set.of()).ddls());
        assertThat(ddls).extracting(DdlEvent::ordinal).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    @DisplayName("A column with a constant, another name and a wider text are told by the table alone")
    void alters() {
        begin(table(1, "orders", "id integer", "total character varying(10)"));
        assertThat(apply(2_000, table(1, "orders", "id integer", "total character varying(10)", "n integer=5")))
                .containsExactly("ALTER TABLE shop.orders @1999");
        assertThat(apply(3_000, table(1, "orders", "key integer", "total text", "n integer=5")))
                .containsExactly("ALTER TABLE shop.orders @2999");
        assertThat(apply(4_000, noted(Kind.REWRITTEN, 1, "orders", "8", "key integer", "total text", "n integer=5")))
                .isEmpty();
        assertCopied(new TableId(1), START + 1);
    }

    @Test
    @DisplayName("A table without a key is named and left alone, and copied when it has got one")
    void keys() {
        begin();
        DdlStep step = history.apply(2_000, List.of(table(4, "loose", "none integer")), Set.of());
        assertThat(step.ddls()).isEmpty();
        assertThat(step.remarks()).singleElement().asString().contains("shop.loose", "has no primary key");
        assertThat(apply(3_000, table(4, "loose", "id#1 integer"))).containsExactly("CREATE TABLE shop.loose @2999");
        assertCopied(new TableId(4), 2_999);
        assertThat(apply(4_000, table(4, "loose", "none integer"))).containsExactly("DROP TABLE shop.loose @3999");
        assertThat(apply(5_000, table(4, "loose", "id#1 integer"))).containsExactly("CREATE TABLE shop.loose @4999");
        assertThat(idOf("loose")).isEqualTo(SourceNumbers.table(4, 1));
    }

    @Test
    @DisplayName("A table that leaves the tables that are asked for goes, and one that comes to them is copied")
    void scope() {
        begin(table(1, "orders", "id integer"));
        NotedDdl left = noted(Kind.TABLE, 1, 5, "orders", "r", 0, Map.of(), "", "id integer");
        assertThat(apply(2_000, left)).containsExactly("DROP TABLE shop.orders @1999");
        assertThat(apply(3_000, table(1, "orders", "id integer"))).containsExactly("CREATE TABLE shop.orders @2999");
        assertCopied(idOf("orders"), 2_999);
    }

    @Test
    @DisplayName("What could not be noted ends the source, and nothing has changed")
    void opaque() {
        begin(table(1, "orders", "id integer"));
        NotedDdl opaque = new NotedDdl(
                nextNote++, Kind.OPAQUE, "ALTER TABLE", 0, 0, null, "", "", 0, Map.of(), "disk full", null);
        assertThatThrownBy(() -> history.apply(2_000, List.of(dropped(1, "orders"), opaque), Set.of()))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContaining("disk full");
        assertThat(history.tablesAt(9_000)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName(
            "Whatever happens: the DDLs lead from the tables at one moment to those at the next, and a number is given once")
    void leadsFromOneToTheNext(long seed) {
        Random random = new Random(seed);
        Map<Long, String> names = new HashMap<>();
        begin();
        SortedMap<TableName, TableInfo> live = new TreeMap<>();
        Set<TableId> given = new HashSet<>();
        for (long ts = 2_000; ts < 200_000; ts += 100) {
            List<NotedDdl> notes = new ArrayList<>();
            Set<Long> truncated = new HashSet<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                long oid = 1L + random.nextInt(5);
                String name = "t" + random.nextInt(6);
                String present = names.get(oid);
                boolean isFree = !names.containsValue(name);
                if (present == null ? !isFree : random.nextInt(5) == 0) {
                    if (present != null) {
                        notes.add(dropped(oid, present));
                        names.remove(oid);
                    }
                } else if (present != null && random.nextInt(4) == 0) {
                    truncated.add(oid);
                } else {
                    String to = isFree ? name : String.valueOf(present);
                    names.put(oid, to);
                    notes.add(table(oid, to, "id integer", "c" + random.nextInt(3) + " text"));
                }
            }
            DdlStep step = history.apply(ts, notes, truncated);
            for (DdlEvent ddl : step.ddls()) {
                TableInfo after = ddl.after();
                if (after != null
                        && (ddl.before() == null || !ddl.before().table().equals(after.table()))) {
                    assertThat(given.add(after.table()))
                            .as("the number of " + after)
                            .isTrue();
                }
                TableInfo before = ddl.before();
                assertThat(after != null
                                && live.containsKey(after.name())
                                && (before == null || !before.name().equals(after.name())))
                        .as(ddl + " with " + live)
                        .isFalse();
                ddl.applyTo(live);
            }
            assertThat(history.tablesAt(ts - 1).stream().map(SourceTable::info))
                    .containsExactlyInAnyOrderElementsOf(live.values());
            assertThat(live.keySet().stream().map(TableName::table))
                    .containsExactlyInAnyOrderElementsOf(names.values());
        }
    }
}
