package dev.maintainer.connector.changelog;

import dev.maintainer.connector.tck.SourceContract;
import dev.maintainer.connector.tck.SourceLab;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Source;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/** A change log keeps the rules of sources while it is still written, in pieces that end anywhere within a line. */
class TailedSourceContractTest extends SourceContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @Override
    protected SourceLab lab() {
        return new SourceLab() {
            private final Path file = temporary.resolve("log.ndjson");
            private final List<String> lines = new ArrayList<>();
            private final SplittableRandom random = new SplittableRandom(11);
            private int written;
            private int transactions;

            @Override
            public Set<Ability> abilities() {
                return EnumSet.allOf(Ability.class);
            }

            @Override
            public void commit(List<Change> changes, List<Ddl> ddls) {
                long ts = ts();
                transactions++;
                for (Change change : changes) {
                    String row = change.value() == null ? "" : ",\"row\":{\"v\":" + change.value() + "}";
                    lines.add("{\"commitTs\":%d,\"op\":\"%s\",\"schema\":\"s\",\"table\":\"%s\",\"key\":\"%s\"%s}"
                            .formatted(ts, change.value() == null ? "D" : "U", change.table(), change.key(), row));
                }
                ddls.forEach(ddl -> lines.add(line(ts, ddl)));
                if (random.nextInt(3) == 0) {
                    lines.add(resolved(ts));
                }
            }

            private long ts() {
                return 10 + 5L * transactions;
            }

            private static String resolved(long ts) {
                return "{\"type\":\"resolved\",\"ts\":" + ts + "}";
            }

            private static String line(long ts, Ddl ddl) {
                if (ddl instanceof Ddl.CreateTable create) {
                    return ddl(
                            ts,
                            "CREATE_TABLE",
                            create.table().schema(),
                            create.table().table());
                }
                if (ddl instanceof Ddl.DropTable drop) {
                    return ddl(
                            ts,
                            "DROP_TABLE",
                            drop.table().schema(),
                            drop.table().table());
                }
                return ddl(ts, "DROP_SCHEMA", ((Ddl.DropSchema) ddl).schema(), "any");
            }

            private static String ddl(long ts, String kind, String schema, String table) {
                return "{\"commitTs\":%d,\"ddl\":\"%s\",\"schema\":\"%s\",\"table\":\"%s\"}"
                        .formatted(ts, kind, schema, table);
            }

            /** The first line is there when it is opened, and the rest comes afterwards. */
            @Override
            public Source open() {
                lines.add(resolved(ts() - 5));
                if (written == 0) {
                    append(lines.get(written++) + "\n");
                }
                TreeMap<String, String> settings = new TreeMap<>();
                settings.put(ChangeLogSourceProvider.MODE, ChangeLogSourceProvider.TAIL);
                settings.put(ChangeLogSourceProvider.SYNC_POINT_INTERVAL, "7");
                Source source = new ChangeLogSourceProvider()
                        .open(new ConnectorAddress(ChangeLogSourceProvider.SCHEME, file.toString()), settings);
                String rest = String.join("\n", lines.subList(written, lines.size())) + "\n";
                int from = 0;
                while (written < lines.size() && from < rest.length()) {
                    int to = Math.min(rest.length(), from + 1 + random.nextInt(rest.length() / 10 + 50));
                    append(rest.substring(from, to));
                    from = to;
                }
                written = lines.size();
                Until.holds("all is resolved", () -> source.resolvedTs() >= ts() - 5, source::resolvedTs);
                return source;
            }

            private void append(String text) {
                try {
                    Files.write(
                            file,
                            text.getBytes(StandardCharsets.UTF_8),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public String schema() {
                return "s";
            }

            @Override
            public int valueOf(String json) {
                return Integer.parseInt(json.replaceAll("\\D", ""));
            }
        };
    }
}
