package dev.maintainer.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.whatif.ClusterSnapshot;
import dev.maintainer.whatif.SnapshotFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * What maintainers can be asked over HTTP, and what they can be asked to do, for whoever brings it to them. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MaintainerVerbs {
    /**
     * One of them.
     *
     * @param path its name in a path
     * @param changes whether it changes something
     * @param parameters the names of what can be given with it
     */
    public record Verb(String path, boolean changes, List<String> parameters) {
        public Verb {
            parameters = List.copyOf(parameters);
        }
    }

    private static final Map<Verb, MaintainerVerb> MEANT = meant();
    private static final List<Verb> ALL = List.copyOf(MEANT.keySet());

    private MaintainerVerbs() {}

    private static Map<Verb, MaintainerVerb> meant() {
        Map<Verb, MaintainerVerb> meant = new LinkedHashMap<>();
        for (MaintainerVerb each : MaintainerVerb.values()) {
            meant.put(new Verb(each.path(), each.changes(), each.parameters()), each);
        }
        return meant;
    }

    /** {@return all that there are} */
    public static List<Verb> all() {
        return ALL;
    }

    /**
     * Asks. Blocks for as long as the patience of whoever answers allows.
     *
     * @param admin who answers
     * @param verb one of {@link #all}
     * @param given by the names of its parameters
     * @param mostBytes how long the answer may be, as UTF-8
     * @return an object or an array
     * @throws MaintainerException as {@link MaintainerAdmin} says, with {@code BAD_INPUT} if what is given does not fit the verb,
     *     and with {@code REQUEST_REFUSED} if the answer is longer; what was to be changed is changed then
     */
    public static JsonNode answer(MaintainerAdmin admin, Verb verb, SortedMap<String, String> given, int mostBytes)
            throws MaintainerException {
        MaintainerVerb meant = Objects.requireNonNull(MEANT.get(verb), verb.path());
        Object answer = meant.ask(admin, meant.arguments(given));
        Bounded out = new Bounded(mostBytes);
        try {
            if (answer instanceof ClusterSnapshot snapshot) {
                SnapshotFile.write(snapshot, out);
            } else {
                AdminJson.MAPPER.writeValue(out, answer);
            }
            return AdminJson.MAPPER.readTree(out.bytes.toByteArray());
        } catch (IOException e) {
            if (out.full) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "the answer of '" + verb.path() + "' is longer than " + mostBytes
                                + " bytes; ask for less of it, such as one table",
                        e);
            }
            throw new UncheckedIOException("what was answered cannot be written", e);
        }
    }

    /** Takes no more than it may. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int most;
        private boolean full;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int from, int length) throws IOException {
            if (length > most - bytes.size()) {
                full = true;
                throw new IOException("longer than " + most + " bytes");
            }
            bytes.write(b, from, length);
        }
    }
}
