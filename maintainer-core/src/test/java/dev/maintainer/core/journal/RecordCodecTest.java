package dev.maintainer.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
    private static final int VALUES = 60;

    /** Every kind of component at once. */
    public record Everything(
            @Nullable Long number,
            @Nullable Integer small,
            @Nullable Boolean truth,
            int plain,
            @Nullable SpanBound bound,
            Optional<NodeId> optional,
            Set<NodeId> set,
            Map<NodeId, List<String>> map,
            @Nullable Disposition disposition,
            @Nullable Everything inner) {}

    /** Has no order that could be kept. */
    public record Unordered(Set<Membership> set) {}

    /** Is not understood. */
    public record Opaque(Object anything) {}

    /** Holds what is not understood, further inside. */
    public record Outer(List<Opaque> inner) {}

    static Stream<Class<?>> roots() {
        return Stream.of(HostInput.class, Message.class, MaintainerConfig.class, JournalHeader.class, Effect.class)
                .flatMap(root -> RandomValues.leaves(root).stream());
    }

    private static <T> @Nullable T copy(RecordCodec codec, Class<T> root, @Nullable T value) {
        RecordWriter out = codec.writer();
        out.write(root, value);
        RecordReader in = codec.reader();
        in.continueWith(out.array(), out.size());
        T read = in.read(root);
        assertThat(in.hasMore()).isFalse();
        return read;
    }

    @ParameterizedTest
    @MethodSource("roots")
    @DisplayName("every value of every type comes back equal, and has the same hash, also from another codec")
    void roundTrip(Class<?> leaf) throws ReflectiveOperationException {
        RandomValues values = new RandomValues(leaf.getName().hashCode());
        RecordCodec codec = new RecordCodec();
        RecordCodec other = new RecordCodec();
        other.digest(0, Disposition.STALE);
        for (int i = 0; i < VALUES; i++) {
            Object value = values.value(leaf);
            Object read = copy(codec, leaf.asSubclass(Object.class), leaf.cast(value));
            assertThat(read).isEqualTo(value);
            assertThat(codec.digest(i, value)).isEqualTo(other.digest(i, Objects.requireNonNull(read)));
        }
    }

    @ParameterizedTest
    @MethodSource("roots")
    @DisplayName("whatever byte is damaged: a value or a typed error, never anything else")
    void damaged(Class<?> leaf) throws ReflectiveOperationException {
        RandomValues values = new RandomValues(leaf.getName().hashCode());
        SplittableRandom random = new SplittableRandom(7);
        RecordCodec codec = new RecordCodec();
        for (int i = 0; i < VALUES; i++) {
            RecordWriter out = codec.writer();
            out.write(leaf.asSubclass(Object.class), leaf.cast(values.value(leaf)));
            byte[] bytes = Arrays.copyOf(out.array(), out.size());
            for (int damage = 0; damage < 20; damage++) {
                byte[] broken = bytes.clone();
                broken[random.nextInt(broken.length)] ^= (byte) random.nextInt(1, 256);
                int size = random.nextBoolean() ? broken.length : random.nextInt(broken.length);
                RecordReader in = codec.reader();
                in.continueWith(broken, size);
                try {
                    in.read(leaf);
                } catch (MaintainerException expected) {
                    assertThat(expected.code()).isEqualTo(ErrorCode.BAD_INPUT);
                }
            }
        }
    }

    @Test
    @DisplayName(
            "every type that a host takes in or sends out can be encoded: a new message kind that cannot fails here")
    void guard() {
        RecordCodec codec = new RecordCodec();
        codec.checkEncodable(HostInput.class);
        codec.checkEncodable(Message.class);
        codec.checkEncodable(MaintainerConfig.class);
        codec.checkEncodable(JournalHeader.class);
        assertThat(codec.classNames()).contains(HostInput.Tick.class.getName(), Membership.class.getName());
    }

    @Test
    @DisplayName("all kinds of components, present and absent")
    void everything() throws ReflectiveOperationException {
        RecordCodec codec = new RecordCodec();
        NodeId one = new NodeId("one");
        NodeId two = new NodeId("two");
        Everything empty = new Everything(null, null, null, -1, null, Optional.empty(), Set.of(), Map.of(), null, null);
        Everything full = new Everything(
                Long.MIN_VALUE,
                Integer.MIN_VALUE,
                true,
                Integer.MAX_VALUE,
                SpanBound.before("-inf"),
                Optional.of(one),
                Set.of(one, two),
                new TreeMap<>(Map.of(two, List.of("x", ""), one, List.of())),
                Disposition.DEFERRED,
                empty);
        assertThat(copy(codec, Everything.class, empty)).isEqualTo(empty);
        assertThat(copy(codec, Everything.class, full)).isEqualTo(full);
        assertThat(copy(codec, Everything.class, null)).isNull();
        assertThat(codec.digest(0, full)).isNotEqualTo(codec.digest(0, empty)).isNotEqualTo(codec.digest(1, full));
    }

    @Test
    @DisplayName("a set is written in the order of its elements, so equal values are equal bytes and equal hashes")
    void orderOfSets() {
        RecordCodec codec = new RecordCodec();
        List<NodeId> nodes = Stream.of("c", "a", "b").map(NodeId::new).toList();
        List<NodeId> backwards = Stream.of("b", "a", "c").map(NodeId::new).toList();
        Everything first = new Everything(
                1L, 1, true, 1, null, Optional.empty(), new LinkedHashSet<>(nodes), Map.of(), null, null);
        Everything second = new Everything(
                1L, 1, true, 1, null, Optional.empty(), new LinkedHashSet<>(backwards), Map.of(), null, null);
        assertThat(codec.digest(0, first)).isEqualTo(codec.digest(0, second));
        RecordWriter one = codec.writer();
        RecordWriter two = codec.writer();
        one.write(Everything.class, first);
        two.write(Everything.class, second);
        assertThat(Arrays.copyOf(one.array(), one.size())).isEqualTo(Arrays.copyOf(two.array(), two.size()));
    }

    @Test
    @DisplayName("the hash of a value is what it was: it is in journals and in reports of other processes")
    void goldenHash() {
        RecordCodec codec = new RecordCodec();
        assertThat(Long.toHexString(
                        codec.digest(0, new CoordinatorReport.HostSnapshot(7, List.of(), DrainTarget.NONE))))
                .isEqualTo("50ad1da595d46f38");
        assertThat(Long.toHexString(codec.digest(1, TableSpan.whole(new TableId(5)))))
                .isEqualTo("e46f1e45bb5b9087");
    }

    @Test
    @DisplayName("what cannot be encoded is named")
    void refused() {
        RecordCodec codec = new RecordCodec();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> codec.checkEncodable(Outer.class))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Opaque.anything cannot be encoded: java.lang.Object");
        }
        assertThatThrownBy(() -> codec.digest(0, new Unordered(Set.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no order");
        assertThatThrownBy(() -> codec.checkEncodable(MaintainerView[].class))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("bytes of another version: the class that differs is named")
    void otherVersion() {
        RecordCodec writing = new RecordCodec();
        RecordWriter out = writing.writer();
        out.write(NodeId.class, new NodeId("n"));
        byte[] bytes = Arrays.copyOf(out.array(), out.size());
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        byte[] changed = text.replace("String value", "String valuE").getBytes(StandardCharsets.ISO_8859_1);
        byte[] unknown = text.replace("NodeId", "NodeIx").getBytes(StandardCharsets.ISO_8859_1);
        RecordCodec codec = new RecordCodec();
        codec.checkEncodable(NodeId.class);
        for (byte[] each : List.of(changed, unknown)) {
            RecordReader in = codec.reader();
            in.continueWith(each, each.length);
            assertThatThrownBy(() -> in.read(NodeId.class))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining("written by another version")
                    .hasMessageContaining("NodeI");
        }
    }

    @Test
    @DisplayName("a visitor sees every record and enum inside, outer ones first")
    void visit() {
        List<Object> seen = new ArrayList<>();
        NodeId node = new NodeId("n");
        HostInput input = new HostInput.MembershipChanged(Membership.of(3, List.of(node)));
        new RecordCodec().visit(input, seen::add);
        assertThat(seen).containsExactly(input, Membership.of(3, List.of(node)), node, "n");
    }
}
