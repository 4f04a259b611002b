package dev.maintainer.cluster.zookeeper.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.cluster.zookeeper.record.RecordException.Reason;
import dev.maintainer.cluster.zookeeper.record.proto.Records;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {
    private static final int MUTATIONS = 100_000;

    private static final NodeId NODE = new NodeId("n1");
    private static final NodeId OTHER = new NodeId("n2");

    private final RecordCodec codec = new RecordCodec();

    /** As a later release would seal it, or somebody who wants to deceive. */
    private static byte[] sealed(int format, byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(format >> 8);
        crc.update(format);
        crc.update(content);
        return ByteBuffer.allocate(8 + content.length)
                .putShort((short) 0x4d52)
                .putShort((short) format)
                .putInt((int) crc.getValue())
                .put(content)
                .array();
    }

    private static Reason refusalOf(Kind kind, byte[] bytes) {
        try {
            new RecordCodec().decode(new StorePath(kind, ""), bytes, 0);
        } catch (RecordException e) {
            return e.reason();
        }
        throw new AssertionError("not refused");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("what was written is read again")
    void roundTrip(Kind kind) {
        RandomValues values = new RandomValues(7);
        for (int i = 0; i < 2_000; i++) {
            RandomValues.Sample sample = values.of(kind);
            byte[] bytes = codec.encode(sample.path(), sample.value());
            assertThat(codec.decode(sample.path(), bytes, 0)).isEqualTo(sample.value());
        }
    }

    @Test
    @DisplayName("damaged bytes are a record or a typed refusal, never anything else")
    void mutated() {
        SplittableRandom random = new SplittableRandom(20261129);
        RandomValues values = new RandomValues(1);
        Kind[] kinds = Kind.values();
        Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
        for (int i = 0; i < MUTATIONS; i++) {
            RandomValues.Sample sample = values.of(kinds[random.nextInt(kinds.length)]);
            byte[] bytes = codec.encode(sample.path(), sample.value());
            byte[] content = mutate(Arrays.copyOfRange(bytes, 8, bytes.length), random);
            // Half of them with a checksum that fits, or nothing else would be looked at.
            byte[] damaged = random.nextBoolean() ? sealed(1, content) : mutate(bytes, random);
            try {
                codec.decode(sample.path(), damaged, 0);
            } catch (RecordException e) {
                refused.merge(e.reason(), 1, Integer::sum);
            }
        }
        assertThat(refused).containsOnlyKeys(Reason.DAMAGED, Reason.INVALID);
    }

    private static byte[] mutate(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                yield longer;
            }
            case 2 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            default -> {
                byte[] other = bytes.clone();
                other[at] = (byte) random.nextInt(256);
                yield other;
            }
        };
    }

    @Test
    @DisplayName("what a later release has added to a record stays when this one rewrites it")
    void unknownFields() throws Exception {
        StorePath path = StorePath.changefeed(new ChangefeedId("orders"));
        StoreValue.Changefeed written = changefeed(1);
        Records.Record known = Records.Record.parseFrom(content(codec.encode(path, written)));
        UnknownFieldSet added = UnknownFieldSet.newBuilder()
                .addField(1_000, Field.newBuilder().addVarint(42).build())
                .build();
        Records.Record newer = known.toBuilder()
                .setChangefeed(known.getChangefeed().toBuilder().setUnknownFields(added))
                .build();
        assertThat(codec.decode(path, sealed(1, newer.toByteArray()), 7)).isEqualTo(written);

        byte[] rewritten = codec.encode(path, changefeed(2), 7);
        codec.replaced(path, 7);
        byte[] again = codec.encode(path, changefeed(3), 8);
        byte[] ofAnother = codec.encode(path, changefeed(3), 5);

        assertThat(unknownOf(rewritten)).isEqualTo(added);
        assertThat(unknownOf(again)).isEqualTo(added);
        assertThat(unknownOf(ofAnother))
                .as("another version may not have had it")
                .isNotEqualTo(added);
        assertThat(codec.decode(path, rewritten, 8)).isEqualTo(changefeed(2));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("what a later release has added anywhere in a record of any kind stays when this one rewrites it")
    void unknownFieldsEverywhere(Kind kind) throws Exception {
        RandomValues values = new RandomValues(11);
        for (int i = 0; i < 200; i++) {
            RandomValues.Sample sample = values.of(kind);
            Records.Record newer =
                    withMore(Records.Record.parseFrom(content(codec.encode(sample.path(), sample.value()))));
            assertThat(codec.decode(sample.path(), sealed(1, newer.toByteArray()), 3))
                    .isEqualTo(sample.value());

            byte[] rewritten = codec.encode(sample.path(), sample.value(), 3);

            assertThat(Records.Record.parseFrom(content(rewritten))).isEqualTo(newer);
        }
    }

    /** As a later release would write it: with something in each message of it. */
    private static <M extends Message> M withMore(M message) {
        Message.Builder builder = message.toBuilder();
        message.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == JavaType.MESSAGE) {
                builder.setField(
                        field,
                        value instanceof List<?> list
                                ? list.stream()
                                        .map(each -> withMore((Message) each))
                                        .toList()
                                : withMore((Message) value));
            }
        });
        @SuppressWarnings("unchecked") // The builder of a message builds messages of its type.
        M more = (M) builder.setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(1_000, Field.newBuilder().addVarint(42).build())
                        .build())
                .build();
        return more;
    }

    @Test
    @DisplayName("a member that is removed from the roster takes along what was added to it; the others keep theirs")
    void unknownFieldsOfOthers() throws Exception {
        NodeAttributes attributes = new NodeAttributes("host:1", 1, 2, Collections.emptySortedMap());
        StoreValue.Roster three = new StoreValue.Roster(
                7, new TreeMap<>(Map.of(NODE, attributes, OTHER, attributes, new NodeId("n3"), attributes)));
        Records.Record newer = withMore(Records.Record.parseFrom(content(codec.encode(StorePath.ROSTER, three))));
        codec.decode(StorePath.ROSTER, sealed(1, newer.toByteArray()), 3);

        StoreValue.Roster two = three.with(
                new TreeMap<>(Map.of(new NodeId("n4"), attributes)), new TreeSet<>(List.of(OTHER, new NodeId("n3"))));
        Records.Roster written = Records.Record.parseFrom(content(codec.encode(StorePath.ROSTER, two, 3)))
                .getRoster();

        assertThat(written.getMembersList())
                .filteredOn(entry -> !entry.getUnknownFields().asMap().isEmpty())
                .extracting(Records.RosterEntry::getNode)
                .containsExactly(NODE.value());
    }

    @Test
    @DisplayName("a leader that admits a node of a later release puts into the roster all that the node says of itself")
    void unknownFieldsOfNodes() throws Exception {
        NodeAttributes attributes = new NodeAttributes("host:1", 1, 2, new TreeMap<>(Map.of("zone", "z1")));
        StoreValue.Member member = new StoreValue.Member(NODE, StoreValue.MemberState.JOINING, attributes, null, "");
        StorePath path = StorePath.member(NODE);
        Records.Record newer = withMore(Records.Record.parseFrom(content(codec.encode(path, member))));
        codec.decode(path, sealed(1, newer.toByteArray()), 0);
        StoreValue.Roster roster = new StoreValue.Roster(1, new TreeMap<>(Map.of(NODE, attributes)));

        Records.Record created = Records.Record.parseFrom(content(codec.encode(StorePath.ROSTER, roster)));
        Records.Record replaced = Records.Record.parseFrom(content(codec.encode(StorePath.ROSTER, roster, 4)));
        codec.deleted(path);
        Records.Record later = Records.Record.parseFrom(content(codec.encode(StorePath.ROSTER, roster, 5)));

        assertThat(created.getRoster().getMembers(0).getAttributes())
                .isEqualTo(newer.getMember().getAttributes());
        assertThat(replaced).isEqualTo(created);
        assertThat(later.getRoster().getMembers(0).getAttributes().getUnknownFields())
                .isEqualTo(UnknownFieldSet.getDefaultInstance());
    }

    private static UnknownFieldSet unknownOf(byte[] bytes) throws Exception {
        return Records.Record.parseFrom(content(bytes)).getChangefeed().getUnknownFields();
    }

    private static byte[] content(byte[] bytes) {
        return Arrays.copyOfRange(bytes, 8, bytes.length);
    }

    private static StoreValue.Changefeed changefeed(long request) {
        return (StoreValue.Changefeed) GoldenRecords.changefeed(request);
    }

    @Test
    @DisplayName("a record of a newer format is refused as such, and named with its place")
    void newerFormat() {
        byte[] newer = sealed(2, new byte[] {1, 2, 3});

        assertThat(refusalOf(Kind.FLOOR, newer)).isEqualTo(Reason.NEWER_FORMAT);
        assertThatThrownBy(() -> {
                    try {
                        codec.decode(StorePath.FLOOR, newer, 0);
                    } catch (RecordException e) {
                        throw e.at("/maintainer/floor");
                    }
                })
                .isInstanceOfSatisfying(
                        RecordException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREADABLE_RECORD))
                .hasMessage("/maintainer/floor: format 2, and this release reads formats up to 1; run the release that "
                        + "wrote it, or a later one");
    }

    @Test
    @DisplayName("a record at the place of another one is refused")
    void wrongPlace() {
        byte[] floor = codec.encode(StorePath.FLOOR, new StoreValue.Floor(1, 1));
        byte[] orders = codec.encode(StorePath.changefeed(new ChangefeedId("orders")), changefeed(1));

        assertThat(refusalOf(Kind.ROSTER, floor)).isEqualTo(Reason.INVALID);
        assertThatThrownBy(() -> codec.decode(StorePath.changefeed(new ChangefeedId("users")), orders, 0))
                .hasMessageContaining("is of orders");
    }

    @Test
    @DisplayName("a number that is missing is refused, and not taken for 0")
    void missing() {
        Records.Record.Builder record = Records.Record.newBuilder();
        record.getFloorBuilder().setEpoch(3);

        assertThat(refusalOf(Kind.FLOOR, sealed(1, record.build().toByteArray())))
                .isEqualTo(Reason.INVALID);
        assertThat(refusalOf(Kind.PRESENCE, sealed(1, new byte[0]))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, Long.MAX_VALUE})
    @DisplayName("a checkpoint at which no node would begin is refused")
    void badCheckpoint(long checkpointTs) {
        ChangefeedId orders = new ChangefeedId("orders");
        ChangefeedMetadata metadata =
                new ChangefeedMetadata(orders, new MaintainerEpoch(1), checkpointTs, DesiredState.RUN);
        byte[] changefeed = codec.encode(StorePath.changefeed(orders), new StoreValue.Changefeed(0, metadata, 1, 1));
        SortedMap<ChangefeedId, StoreValue.Progress.Checkpoint> checkpoints = new TreeMap<>();
        checkpoints.put(orders, new StoreValue.Progress.Checkpoint(new MaintainerEpoch(1), checkpointTs));
        byte[] progress = codec.encode(StorePath.progress(orders), new StoreValue.Progress(checkpoints, 1, 1));

        assertThatThrownBy(() -> codec.decode(StorePath.changefeed(orders), changefeed, 0))
                .hasMessageContaining("checkpoint_ts");
        assertThatThrownBy(() -> codec.decode(StorePath.progress(orders), progress, 0))
                .hasMessageContaining("checkpoint_ts");
    }

    @Test
    @DisplayName("a name with half a surrogate pair is refused by whoever writes it")
    void halfSurrogate() {
        StoreValue leader = new StoreValue.Leader(new NodeId("n\ud83d"), 1);

        assertThatThrownBy(() -> codec.encode(StorePath.LEADER, leader))
                .isInstanceOfSatisfying(
                        RecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
    }

    @Test
    @DisplayName("a thousand members fit into the roster")
    void largeRoster() {
        List<NodeId> nodes = new ArrayList<>();
        var members = new TreeMap<NodeId, dev.maintainer.membership.store.NodeAttributes>();
        for (int i = 0; i < 1_000; i++) {
            NodeId node = new NodeId("warehouse-" + i + ".0123456789abcdef");
            nodes.add(node);
            members.put(
                    node,
                    new NodeAttributes(
                            "warehouse-" + i + ".example.com:7400", 1, 2, new TreeMap<>(Map.of("zone", "eu-1"))));
        }
        byte[] bytes = codec.encode(StorePath.ROSTER, new StoreValue.Roster(1, members));

        assertThat(bytes.length).isLessThan(RecordCodec.MAX_BYTES / 3);
        assertThat(((StoreValue.Roster) codec.decode(StorePath.ROSTER, bytes, 0))
                        .members()
                        .keySet())
                .containsAll(nodes);
    }
}
