package dev.maintainer.whatif;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.core.scheduling.planner.NodeLabels;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads one snapshot, token by token. Strict: what is not known, not there, or there twice is refused with its line. Used
 * once.
 */
final class SnapshotReader {
    /** What to do about a bad file. */
    static final String ADVICE = "make one with 'maintainer ctl snapshot -o FILE'";

    private static final List<String> FIELDS = List.of(
            "format", "changefeed", "round", "seed", "madeAt", "madeBy", "budget", "operators", "nodes", "spans");
    private static final List<String> BUDGET_FIELDS = List.of("maxDecisions", "maxMoves", "maxInFlightPerNode");
    private static final List<String> NODE_FIELDS = List.of("id", "eligible", "obstacles", "labels");
    private static final List<String> SPAN_FIELDS = List.of(
            "dispatcher", "table", "start", "end", "schema", "schemaName", "tableName", "node", "running", "inFlight");

    private static final int LONGEST = 60;

    private final Path file;
    private final JsonParser json;

    private String changefeed = "";
    private long round;
    private long seed;
    private long madeAtMillis;
    private String madeBy = "";
    private @Nullable Budget budget;
    private int operators;
    private final Map<NodeId, NodeView> nodes = new LinkedHashMap<>();
    private final List<SpanView> spans = new ArrayList<>();
    private final Set<DispatcherId> dispatchers = new HashSet<>();
    private final TreeSet<DispatcherId> starting = new TreeSet<>();
    private final TreeSet<DispatcherId> inFlight = new TreeSet<>();
    /** One object for each node that spans name, not one for each span; and the line where it is first named. */
    private final Map<String, NodeId> named = new HashMap<>();

    private final Map<String, String> schemaNames = new HashMap<>();
    private final Map<NodeId, Integer> namedAt = new LinkedHashMap<>();

    SnapshotReader(Path file, JsonParser json) {
        this.file = file;
        this.json = json;
    }

    /** Takes one field of an object. The parser is at its value. */
    private interface Field {
        void take(String name) throws IOException;
    }

    ClusterSnapshot picture() throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw bad("a snapshot is one JSON object, and this is " + found());
        }
        Set<String> there = fields("a snapshot", FIELDS, new Field() {
            private boolean formatKnown;

            @Override
            public void take(String name) throws IOException {
                if (!formatKnown && !name.equals("format")) {
                    throw bad("'format' must come first, and '" + name + "' does");
                }
                formatKnown = true;
                field(name);
            }
        });
        if (json.nextToken() != null) {
            throw bad("there is " + found() + " behind the end of the snapshot");
        }
        require("a snapshot", there, "format", "changefeed", "round", "seed", "budget", "nodes", "spans");
        namedAt.forEach((node, line) -> {
            if (!nodes.containsKey(node)) {
                List<String> known = nodes.keySet().stream().map(NodeId::value).toList();
                throw bad(
                        line,
                        "a span is on node '" + node + "', which is not among the nodes"
                                + NearestName.question(node.value(), known));
            }
        });
        Budget read = budget;
        if (read == null) {
            throw new IllegalStateException("required and not there");
        }
        return new ClusterSnapshot(
                changefeed,
                round,
                seed,
                madeAtMillis,
                madeBy,
                read,
                operators,
                List.copyOf(nodes.values()),
                spans,
                starting,
                inFlight);
    }

    private void field(String name) throws IOException {
        switch (name) {
            case "format" -> format();
            case "changefeed" -> {
                changefeed = text(name);
                checked(() -> new ChangefeedId(changefeed));
            }
            case "round" -> round = notNegative(name, Long.MAX_VALUE);
            case "seed" -> seed = whole(name);
            case "madeAt" -> madeAtMillis = time(text(name));
            case "madeBy" -> madeBy = text(name);
            case "budget" -> budget = budget();
            case "operators" -> operators = (int) notNegative(name, Integer.MAX_VALUE);
            case "nodes" -> each(name, this::node);
            case "spans" -> each(name, this::span);
            default -> throw new IllegalStateException("no field " + name);
        }
    }

    private void format() throws IOException {
        long format = whole("format");
        if (format != SnapshotFile.FORMAT) {
            throw bad("its format is " + format + ", and this release reads " + SnapshotFile.FORMAT);
        }
    }

    private long time(String text) {
        try {
            long millis = Instant.parse(text).toEpochMilli();
            if (millis >= 0) {
                return millis;
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw bad("'madeAt' must look like 2026-03-01T12:00:00Z, and is '" + Printable.shortened(text, LONGEST)
                    + "'");
        }
        throw bad("'madeAt' is before 1970: '" + Printable.shortened(text, LONGEST) + "'");
    }

    private Budget budget() throws IOException {
        Map<String, Integer> limits = new HashMap<>();
        object("budget");
        Set<String> there =
                fields("a budget", BUDGET_FIELDS, name -> limits.put(name, (int) notNegative(name, Integer.MAX_VALUE)));
        require("a budget", there, BUDGET_FIELDS.toArray(String[]::new));
        return new Budget(
                limits.getOrDefault("maxDecisions", 0),
                limits.getOrDefault("maxMoves", 0),
                limits.getOrDefault("maxInFlightPerNode", 0));
    }

    private void node() throws IOException {
        int line = line();
        SortedMap<String, String> labels = new TreeMap<>();
        class Taken implements Field {
            private @Nullable NodeId id;
            private boolean eligible = true;
            private final EnumSet<NodeObstacle> obstacles = EnumSet.noneOf(NodeObstacle.class);

            @Override
            public void take(String name) throws IOException {
                switch (name) {
                    case "id" -> id = nodeId(text(name));
                    case "eligible" -> eligible = flag(name);
                    case "obstacles" -> obstacles(obstacles);
                    default -> labels(labels);
                }
            }
        }
        Taken taken = new Taken();
        fields("a node", NODE_FIELDS, taken);
        NodeId id = taken.id;
        if (id == null) {
            throw bad(line, "a node has no 'id'");
        }
        NodeLabels.complaint(labels).ifPresent(complaint -> {
            throw bad(line, "node '" + id + "' " + complaint);
        });
        if (!taken.eligible && taken.obstacles.isEmpty()) {
            // Files of earlier releases do not say why.
            taken.obstacles.add(NodeObstacle.DRAINING);
        }
        NodeView view = new NodeView(id, taken.obstacles, 0, 0, 0, labels);
        if (taken.eligible && !taken.obstacles.isEmpty()) {
            throw bad(line, "node '" + id + "' is eligible, and has the obstacles " + taken.obstacles);
        }
        if (nodes.putIfAbsent(id, view) != null) {
            throw bad(line, "node '" + id + "' is there twice");
        }
    }

    private void obstacles(Set<NodeObstacle> obstacles) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad("'obstacles' must be a list, and is " + found());
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String name = text("obstacles");
            List<String> known =
                    Arrays.stream(NodeObstacle.values()).map(Enum::name).toList();
            if (!known.contains(name)) {
                throw bad("there is no obstacle '" + Printable.shortened(name, LONGEST) + "'"
                        + NearestName.question(name, known) + "; there are " + known);
            }
            obstacles.add(NodeObstacle.valueOf(name));
        }
    }

    private void labels(SortedMap<String, String> labels) throws IOException {
        object("labels");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String label = json.currentName();
            json.nextToken();
            labels.put(label, text(label));
        }
    }

    private void span() throws IOException {
        int line = line();
        class Taken implements Field {
            private @Nullable DispatcherId dispatcher;
            private @Nullable TableId table;
            private @Nullable SchemaId schema;
            private SpanBound start = SpanBound.LOWEST;
            private SpanBound end = SpanBound.HIGHEST;
            private @Nullable NodeId node;
            private @Nullable Boolean running;
            private boolean driven;
            private String schemaName = "";
            private String tableName = "";

            @Override
            public void take(String name) throws IOException {
                switch (name) {
                    case "dispatcher" -> dispatcher = dispatcher(text(name));
                    case "table" -> table = new TableId(notNegative(name, Long.MAX_VALUE));
                    case "start" -> start = SpanBound.parse(text(name));
                    case "end" -> end = SpanBound.parse(text(name));
                    case "schema" -> schema = new SchemaId(notNegative(name, Long.MAX_VALUE));
                    case "schemaName" -> schemaName = shared(text(name));
                    case "tableName" -> tableName = text(name);
                    case "node" -> node = json.currentToken() == JsonToken.VALUE_NULL ? null : nodeId(text(name));
                    case "running" -> running = flag(name);
                    default -> driven = flag(name);
                }
            }
        }
        Taken taken = new Taken();
        fields("a span", SPAN_FIELDS, taken);
        DispatcherId dispatcher = taken.dispatcher;
        TableId table = taken.table;
        SchemaId schema = taken.schema;
        if (dispatcher == null || table == null || schema == null) {
            String missing = dispatcher == null ? "dispatcher" : table == null ? "table" : "schema";
            throw bad(line, "a span has no '" + missing + "'");
        }
        if (!dispatchers.add(dispatcher)) {
            throw bad(line, "dispatcher " + dispatcher + " is there twice");
        }
        NodeId node = taken.node;
        if (node == null && Boolean.TRUE.equals(taken.running)) {
            throw bad(line, "dispatcher " + dispatcher + " is running, and on no node");
        }
        if (node != null) {
            namedAt.putIfAbsent(node, line);
            if (Boolean.FALSE.equals(taken.running)) {
                starting.add(dispatcher);
            }
        }
        if (taken.driven) {
            inFlight.add(dispatcher);
        }
        if (taken.start.compareTo(taken.end) >= 0) {
            throw bad(line, "the 'start' of dispatcher " + dispatcher + " is not before its 'end'");
        }
        TableSpan range = new TableSpan(table, taken.start, taken.end);
        TableName name = taken.schemaName.isEmpty() && taken.tableName.isEmpty()
                ? TableName.UNKNOWN
                : new TableName(taken.schemaName, taken.tableName);
        spans.add(new SpanView(dispatcher, range, schema, name, GroupId.of(range), node));
    }

    /** One text for each schema, not one for each span. */
    private String shared(String schemaName) {
        String known = schemaNames.putIfAbsent(schemaName, schemaName);
        return known == null ? schemaName : known;
    }

    private NodeId nodeId(String text) {
        if (text.isBlank()) {
            throw bad("a node id must not be blank");
        }
        return named.computeIfAbsent(text, NodeId::new);
    }

    private DispatcherId dispatcher(String text) {
        if (text.length() != 32) {
            throw bad("dispatcher '" + Printable.shortened(text, LONGEST)
                    + "' must have 32 hexadecimal digits, and has " + text.length() + " characters");
        }
        return new DispatcherId(digits(text, 0), digits(text, 16));
    }

    private long digits(String text, int begin) {
        long value = 0;
        for (int i = begin; i < begin + 16; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw bad("dispatcher '" + Printable.shortened(text, LONGEST)
                        + "' must have 32 hexadecimal digits, and has '" + c + "'");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    // ---- JSON --------------------------------------------------------------------------------------------------

    private interface Element {
        void read() throws IOException;
    }

    /** Reads a list of objects. */
    private void each(String name, Element element) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad("'" + name + "' must be a list, and is " + found());
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw bad("'" + name + "' must hold objects, and holds " + found());
            }
            element.read();
        }
    }

    private void object(String name) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw bad("'" + name + "' must be an object, and is " + found());
        }
    }

    /** Reads the fields of an object; returns their names. The parser, which refuses doubles, is behind it then. */
    private Set<String> fields(String what, List<String> known, Field field) throws IOException {
        Set<String> there = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!known.contains(name)) {
                throw bad("there is no field '" + Printable.shortened(name, LONGEST) + "' in " + what
                        + NearestName.question(name, known) + "; there are " + known);
            }
            json.nextToken();
            field.take(name);
            there.add(name);
        }
        return there;
    }

    private void require(String what, Set<String> there, String... required) {
        for (String name : required) {
            if (!there.contains(name)) {
                throw bad(what + " must have a field '" + name + "'");
            }
        }
    }

    private String text(String name) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw bad("'" + name + "' must be a text, and is " + found());
        }
        String text = json.getText();
        if (!Unicode.isWellFormed(text)) {
            throw bad("'" + name + "' has half a surrogate pair");
        }
        return text;
    }

    private boolean flag(String name) {
        JsonToken token = json.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw bad("'" + name + "' must be true or false, and is " + found());
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private long whole(String name) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw bad("'" + name + "' must be a whole number, and is " + found());
        }
        try {
            return json.getLongValue();
        } catch (InputCoercionException e) {
            throw bad("'" + name + "' is " + json.getText() + ", which does not fit into 64 bits");
        }
    }

    private long notNegative(String name, long most) throws IOException {
        long value = whole(name);
        if (value < 0 || value > most) {
            throw bad("'" + name + "' must be from 0 to " + most + ", and is " + value);
        }
        return value;
    }

    private void checked(Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private String found() {
        JsonToken token = json.currentToken();
        if (token == null) {
            return "nothing";
        }
        try {
            return token.isScalarValue()
                    ? "'" + Printable.shortened(json.getText(), LONGEST) + "'"
                    : "a list or an object";
        } catch (JsonProcessingException e) {
            return "no JSON";
        } catch (IOException e) {
            return "not to be read";
        }
    }

    private int line() {
        return json.currentTokenLocation().getLineNr();
    }

    private MaintainerException bad(String what) {
        return bad(line(), what);
    }

    private MaintainerException bad(int line, String what) {
        return new MaintainerException(
                ErrorCode.BAD_INPUT, "snapshot " + file + ", line " + line + ": " + what + "; " + ADVICE);
    }
}
