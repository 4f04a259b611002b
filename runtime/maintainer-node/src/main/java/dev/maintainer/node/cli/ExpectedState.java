package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.connector.changelog.Gzip;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads an expected state: one row a line, schema, table, key, blob and mode, separated by tabs; plain or gzipped. */
final class ExpectedState {
    private static final int FIELDS = 5;

    private ExpectedState() {}

    static SortedMap<TableName, SortedMap<String, String>> read(Path file) {
        SortedMap<TableName, SortedMap<String, String>> state = new TreeMap<>();
        int line = 0;
        try (InputStream in = Gzip.open(file);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            String text;
            while ((text = lines.readLine()) != null) {
                line++;
                String[] fields = text.split("\t", -1);
                if (fields.length != FIELDS) {
                    throw bad(file, line, "expected 5 fields (schema, table, key, blob, mode), found " + fields.length);
                }
                String row = JsonNodeFactory.instance
                        .objectNode()
                        .put("blob", fields[3])
                        .put("mode", fields[4])
                        .toString();
                String former = state.computeIfAbsent(
                                new TableName(fields[0], fields[1]), any -> new TreeMap<>(Utf8Order.INSTANCE))
                        .put(fields[2], row);
                if (former != null) {
                    throw bad(file, line, "key '" + fields[2] + "' for the second time");
                }
            }
        } catch (IOException e) {
            String problem = FileProblem.of(e);
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    line == 0
                            ? "cannot read expected state " + file + ": " + problem + "; check the path"
                            : file + ":" + line + ": cannot be read after this line: " + problem,
                    e);
        }
        return state;
    }

    private static MaintainerException bad(Path file, int line, String what) {
        return new MaintainerException(ErrorCode.BAD_INPUT, file + ":" + line + ": " + what);
    }
}
