package dev.maintainer.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.whatif.testing.Snapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotFileTest {
    private static final String HEAD = "{\"format\":1,\"changefeed\":\"orders\",\"round\":1,\"seed\":1,"
            + "\"budget\":{\"maxDecisions\":1,\"maxMoves\":1,\"maxInFlightPerNode\":1},";
    private static final String ID = "00000000000000000000000000000001";

    @TempDir
    private Path temporary;

    private MaintainerException refusal(String content) throws Exception {
        Path file = temporary.resolve("bad.json");
        Files.writeString(file, content);
        MaintainerException[] refused = new MaintainerException[1];
        assertThatThrownBy(() -> SnapshotFile.read(file))
                .isInstanceOfSatisfying(MaintainerException.class, e -> refused[0] = e);
        assertThat(refused[0].code()).isEqualTo(ErrorCode.BAD_INPUT);
        assertThat(refused[0]).hasMessageContaining("bad.json").hasMessageContaining("ctl snapshot -o FILE");
        return refused[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.json", "snapshot.json.gz"})
    @DisplayName("what is written is what is read, whatever it is")
    void roundTrip(String name) throws Exception {
        Path file = temporary.resolve(name);
        for (long seed = 0; seed < 200; seed++) {
            ClusterSnapshot picture = Snapshots.any(seed);
            SnapshotFile.write(picture, file);
            assertThat(SnapshotFile.read(file)).isEqualTo(picture);
        }
    }

    @Test
    @DisplayName("format 1 is read as it was first written: one node and one span a line")
    void formatOne() throws Exception {
        Path file = temporary.resolve("one.json");
        String text = """
                {"format":1,"changefeed":"orders","round":34,"seed":-5,"madeAt":"2026-03-01T12:00:00Z","madeBy":"maintainer 0.1.0",\
                "budget":{"maxDecisions":10000,"maxMoves":1024,"maxInFlightPerNode":1000},"operators":2,"nodes":[
                {"id":"n1","eligible":true,"labels":{"zone":"a"}}
                ,{"id":"n2","eligible":false}],"spans":[
                {"dispatcher":"0000000000000001000000000000000a","table":1,"schema":1,"node":"n1","running":false,"inFlight":true}
                ,{"dispatcher":"0000000000000001000000000000000b","table":2,"start":"k","schema":5}]}
                """;
        Files.writeString(file, text);

        ClusterSnapshot read = SnapshotFile.read(file);

        assertThat(read.nodes()).extracting(NodeView::eligible).containsExactly(true, false);
        assertThat(read.starting()).containsExactly(new DispatcherId(1, 10));
        assertThat(read.inFlight()).containsExactly(new DispatcherId(1, 10));
        SnapshotFile.write(read, file);
        assertThat(Files.readString(file))
                .as("why a node is not eligible came later")
                .isEqualTo(text.replace("\"eligible\":false", "\"eligible\":false,\"obstacles\":[\"DRAINING\"]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"labels\":{\"weight\":\"-1\"}|node 'n1' has the weight '-1'; use a whole number from 0",
                "\"labels\":{\"weight\":\"1.5\"}|node 'n1' has the weight '1.5'",
                "\"labels\":{\"weight\":\"\"}|node 'n1' has the weight ''",
                "\"eligible\":true,\"obstacles\":[\"SUSPECT\"]|is eligible, and has the obstacles [SUSPECT]",
                "\"obstacles\":[\"SUSPCT\"]|there is no obstacle 'SUSPCT', did you mean 'SUSPECT'?"
            })
    @DisplayName("a weight that is none, and obstacles that cannot be, are refused with their line")
    void badNodes(String fields, String message) throws Exception {
        Path file = temporary.resolve("bad.json");
        Files.writeString(file, """
                {"format":1,"changefeed":"c","round":1,"seed":1,"budget":{"maxDecisions":1,"maxMoves":1,"maxInFlightPerNode":1},"nodes":[
                {"id":"n1",%s}],"spans":[]}
                """.formatted(fields));

        assertThatThrownBy(() -> SnapshotFile.read(file))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName(
            "names of tables, reasons why a node is not eligible, and a weight of 0 go into the file and come back")
    void namesAndObstacles() {
        TableSpan whole = TableSpan.whole(new TableId(1));
        SpanView named = new SpanView(
                new DispatcherId(1, 1),
                whole,
                new SchemaId(1),
                new TableName("sa.les", "or\nders"),
                GroupId.DEFAULT,
                new NodeId("n1"));
        NodeView suspect = new NodeView(
                new NodeId("n1"), Set.of(NodeObstacle.SUSPECT, NodeObstacle.NOT_READY), 0, 0, 0, new TreeMap<>());
        NodeView excluded =
                new NodeView(new NodeId("n2"), Set.of(), 0, 0, 0, new TreeMap<>(Map.of(NodeView.WEIGHT, "0")));
        ClusterSnapshot picture =
                new ClusterSnapshot("orders", 1, 1, new Budget(1, 1, 1), List.of(suspect, excluded), List.of(named));
        Path file = temporary.resolve("names.json.gz");

        assertThatCode(() -> SnapshotFile.write(picture, file)).doesNotThrowAnyException();

        assertThat(SnapshotFile.read(file)).isEqualTo(picture);
        assertThat(picture.nodes().get(1).obstacles()).containsExactly(NodeObstacle.EXCLUDED);
    }

    @Test
    @DisplayName("what planners last saw becomes a picture; which spans are under way is in it where it is known")
    void ofRequest() {
        NodeId n1 = new NodeId("n1");
        SpanView span = new SpanView(
                new DispatcherId(1, 1), TableSpan.whole(new TableId(1)), new SchemaId(1), GroupId.DEFAULT, n1);
        SnapshotDelta.Change change = new SnapshotDelta.Change(span, false, true);
        SnapshotDelta delta = new SnapshotDelta(
                3, false, 9, 77, false, List.of(new NodeView(n1, true, 5, 2)), List.of(), List.of(), List.of(), 1);
        PlanRequest request = new PlanRequest(
                new ChangefeedId("orders"), new MaintainerEpoch(1), "balance", null, delta, new Budget(3, 2, 1));

        ClusterSnapshot counted = ClusterSnapshot.of(request, List.of(span));
        ClusterSnapshot known = ClusterSnapshot.of(request, List.of(change), 5, "me");

        assertThat(counted.operators()).isEqualTo(1);
        assertThat(counted.inFlight()).isEmpty();
        assertThat(counted.madeBy()).isEqualTo(ClusterSnapshot.RELEASE);
        assertThat(counted.madeAtMillis()).isPositive();
        assertThat(counted.nodes()).containsExactly(new NodeView(n1, true, 0, 0));
        assertThat(known.starting()).containsExactly(span.dispatcher());
        assertThat(known.inFlight()).containsExactly(span.dispatcher());
        assertThat(known.spans()).isEqualTo(counted.spans()).containsExactly(span);
        assertThat(known.round()).isEqualTo(9);
        assertThat(known.seed()).isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no json at all|line 1: this is no JSON as it should be",
                "``|one JSON object, and this is nothing",
                "[]|one JSON object, and this is a list",
                "{\"format\":2}|its format is 2, and this release reads 1",
                "{\"format\":2,\"new\":1}|its format is 2, and this release reads 1",
                "{\"formt\":1}|no field 'formt' in a snapshot, did you mean 'format'?; there are [format, changefeed",
                "{\"seed\":1}|'format' must come first, and 'seed' does",
                "{\"format\":1}|must have a field 'changefeed'",
                "{\"format\":1,\"format\":1}|Duplicate field",
                "{\"format\":1,\"changefeed\":\"a/b\"}|'a/b' must match",
                "{\"format\":1,\"round\":-1}|'round' must be from 0 to 9223372036854775807, and is -1",
                "{\"format\":1,\"round\":1.5}|'round' must be a whole number, and is '1.5'",
                "{\"format\":1,\"round\":\"1\"}|'round' must be a whole number, and is '1'",
                "{\"format\":1,\"seed\":99999999999999999999}|does not fit into 64 bits",
                "{\"format\":1,\"madeAt\":\"today\"}|'madeAt' must look like 2026-03-01T12:00:00Z, and is 'today'",
                "{\"format\":1,\"budget\":{\"maxMove\":1}}|'maxMove' in a budget, did you mean 'maxMoves'?",
                "{\"format\":1,\"budget\":{\"maxMoves\":-1}}|'maxMoves' must be from 0 to 2147483647, and is -1",
                "{\"format\":1,\"budget\":{\"maxMoves\":1}}|a budget must have a field 'maxDecisions'",
                "{\"format\":1,\"nodes\":{}}|'nodes' must be a list",
                "{\"format\":1,\"nodes\":[1]}|'nodes' must hold objects, and holds '1'",
                "{\"format\":1,\"nodes\":[{\"id\":\"a\"},{\"id\":\"a\"}]}|node 'a' is there twice",
                "{\"format\":1,\"nodes\":[{\"eligible\":true}]}|a node has no 'id'",
                "{\"format\":1,\"nodes\":[{\"id\":\" \"}]}|a node id must not be blank",
                "{\"format\":1,\"nodes\":[{\"id\":\"a\",\"eligible\":\"no\"}]}|must be true or false, and is 'no'",
                "{\"format\":1,\"nodes\":[{\"id\":\"a\",\"labels\":{\"weight\":2}}]}|'weight' must be a text, and is '2'",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"12\"}]}|32 hexadecimal digits, and has 2 characters",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"0000000000000000000000000000000g\"}]}|and has 'g'",
                "{\"format\":1,\"spans\":[{\"table\":-1}]}|'table' must be from 0",
                "{\"format\":1,\"spans\":[{\"nodes\":\"n1\"}]}|'nodes' in a span, did you mean 'node'?",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"" + ID + "\",\"table\":1}]}|a span has no 'schema'",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"" + ID
                        + "\",\"table\":1,\"schema\":1,\"running\":true}]}|is running, and on no node",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"" + ID
                        + "\",\"table\":1,\"schema\":1,\"start\":\"b\",\"end\":\"a\"}]}|is not before its 'end'",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"" + ID + "\"|Unexpected end-of-input"
            })
    @DisplayName("what cannot be used is refused, with the line, the field, what was meant, and what to do")
    void refused(String content, String message) throws Exception {
        assertThat(refusal(content)).hasMessageContaining(message).hasMessageContaining("line 1");
    }

    @Test
    @DisplayName("the line of a bad span is told: twice there, or on a node that is not")
    void lines() throws Exception {
        String span = "{\"dispatcher\":\"" + ID + "\",\"table\":1,\"schema\":1,\"node\":\"node-1\"}";
        assertThat(refusal(HEAD + "\"nodes\":[{\"id\":\"node-1\"}],\"spans\":[\n" + span + ",\n" + span + "]}"))
                .hasMessageContaining("line 3: dispatcher " + ID + " is there twice");
        assertThat(refusal(HEAD + "\"spans\":[\n\n" + span + "],\"nodes\":[\n{\"id\":\"node-2\"}]}"))
                .hasMessageContaining(
                        "line 3: a span is on node 'node-1', which is not among the nodes, did you mean 'node-2'?");
        assertThat(refusal(HEAD + "\"nodes\":[],\"spans\":[]}\n{}")).hasMessageContaining("behind the end");
        assertThat(refusal(HEAD + "\"spans\":[]}")).hasMessageContaining("must have a field 'nodes'");
    }

    @Test
    @DisplayName("half a surrogate pair in a bound is refused: it would be another bound")
    void surrogates() throws Exception {
        assertThat(refusal(HEAD + "\"nodes\":[],\"spans\":[{\"start\":\"\\ud800\"}]}"))
                .hasMessageContaining("'start' has half a surrogate pair");
    }

    @Test
    @DisplayName("A file that is not there or damaged is refused; whether it is packed says its content, not its name")
    void files() throws Exception {
        assertThatThrownBy(() -> SnapshotFile.read(temporary.resolve("none.json")))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("does not exist");
        Path plain = Files.writeString(temporary.resolve("plain.json.gz"), HEAD + "\"nodes\":[],\"spans\":[]}");
        assertThat(SnapshotFile.read(plain).nodes()).isEmpty();
        Path damaged = temporary.resolve("damaged.json.gz");
        Files.write(damaged, new byte[] {0x1f, (byte) 0x8b, 0, 0});
        assertThatThrownBy(() -> SnapshotFile.read(damaged))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> SnapshotFile.read(temporary)).isInstanceOf(MaintainerException.class);
    }

    @Test
    @DisplayName("a packed file may be in several members; damage between them, and anything behind, is refused")
    void members() throws Exception {
        byte[] whole = (HEAD + "\"nodes\":[],\"spans\":[]}").getBytes(StandardCharsets.UTF_8);
        byte[] first = packed(Arrays.copyOf(whole, 20));
        byte[] second = packed(Arrays.copyOfRange(whole, 20, whole.length));
        Path file = temporary.resolve("members.json.gz");

        Files.write(file, joined(first, second));
        assertThat(SnapshotFile.read(file).spans()).isEmpty();

        Files.write(file, joined(packed(whole), "rest".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> SnapshotFile.read(file))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("cannot be read");
        second[0] = 0;
        Files.write(file, joined(first, second));
        assertThatThrownBy(() -> SnapshotFile.read(file))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("cannot be read");
    }

    private static byte[] packed(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
