package dev.maintainer.transport.grpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.transport.grpc.wire.WireException.Reason;
import dev.maintainer.transport.grpc.wire.proto.Messages;
import dev.maintainer.transport.grpc.wire.proto.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireCodecTest {
    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(7);
    private static final DispatcherId ONE = new DispatcherId(1, 2);

    static Stream<Class<? extends Message>> kinds() {
        return RandomMessages.kinds().stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("a message of every kind arrives as it was sent, whatever is in it")
    void roundTrip(Class<? extends Message> kind) {
        RandomMessages random = new RandomMessages(kind.getName().hashCode());
        for (int i = 0; i < 300; i++) {
            Message sent = random.of(kind);
            assertThat(WireCodec.decode(WireCodec.encode(sent))).isEqualTo(sent);
        }
    }

    private static void refused(Reason reason, String text, byte[] bytes) {
        assertThatThrownBy(() -> WireCodec.decode(bytes))
                .isInstanceOfSatisfying(WireException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT);
                })
                .hasMessageContaining(text);
    }

    private static byte[] changed(Message message, Consumer<Messages.WireMessage.Builder> change) throws IOException {
        Messages.WireMessage.Builder builder = Messages.WireMessage.newBuilder().mergeFrom(WireCodec.encode(message));
        change.accept(builder);
        return builder.build().toByteArray();
    }

    @Test
    @DisplayName("a kind of message that came with a later release is refused, not ignored")
    void unknownKind() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(5_000, new byte[] {8, 1});
        out.flush();

        refused(Reason.UNKNOWN_KIND, "no kind known here", bytes.toByteArray());
        refused(Reason.UNKNOWN_KIND, "no kind known here", new byte[0]);
    }

    @Test
    @DisplayName("a field that came with a later release is ignored")
    void unknownField() throws IOException {
        WorkerCommand.Release release = new WorkerCommand.Release(FEED, EPOCH, 5);
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(more);
        out.writeInt64(900, 1);
        out.flush();

        byte[] bytes = changed(release, builder -> {
            try {
                builder.getReleaseBuilder().mergeFrom(more.toByteArray());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(WireCodec.decode(bytes)).isEqualTo(release);
    }

    @Test
    @DisplayName("a number that is missing is not taken for 0, nor a word for no")
    void missing() throws IOException {
        WorkerCommand.Bootstrap bootstrap = new WorkerCommand.Bootstrap(FEED, EPOCH, 5, ONE, true);

        refused(
                Reason.MISSING,
                "no released time",
                changed(bootstrap, it -> it.getBootstrapBuilder().clearReleasedTs()));
        refused(
                Reason.MISSING,
                "no word on whether the bootstrap is late",
                changed(bootstrap, it -> it.getBootstrapBuilder().clearLate()));
        refused(
                Reason.MISSING,
                "no epoch",
                changed(bootstrap, it -> it.getBootstrapBuilder().clearEpoch()));
        refused(
                Reason.MISSING,
                "no changefeed",
                changed(bootstrap, it -> it.getBootstrapBuilder().clearChangefeed()));
    }

    @Test
    @DisplayName("a constant that is missing, or that came with a later release, is refused")
    void unknownConstants() throws IOException {
        WorkerReport.Heartbeat heartbeat = heartbeat(List.of(new DispatcherStatus(ONE, ComponentState.WORKING, 9)));

        refused(
                Reason.UNKNOWN_VALUE,
                "ComponentState COMPONENT_STATE_UNSPECIFIED",
                changed(
                        heartbeat,
                        it -> it.getHeartbeatBuilder().getStatusesBuilder(0).clearState()));
        refused(
                Reason.UNKNOWN_VALUE,
                "ComponentState UNRECOGNIZED",
                changed(
                        heartbeat,
                        it -> it.getHeartbeatBuilder().getStatusesBuilder(0).setStateValue(99)));
        refused(
                Reason.UNKNOWN_VALUE,
                "error code MNT-9999\\u001b",
                changed(
                        heartbeat,
                        it -> it.getHeartbeatBuilder()
                                .addErrors(Model.WorkerError.newBuilder()
                                        .setNode("n")
                                        .setCode("MNT-9999\u001b")
                                        .setMessage(""))));
    }

    private static WorkerReport.Heartbeat heartbeat(List<DispatcherStatus> statuses) {
        return new WorkerReport.Heartbeat(FEED, EPOCH, 3, 4, new Watermark(5, 6, 7), statuses, false, List.of());
    }

    @Test
    @DisplayName("what no record takes is refused with the record's own words, shortened and made printable")
    void invalid() throws IOException {
        WorkerReport.Heartbeat heartbeat = heartbeat(List.of());

        refused(
                Reason.INVALID,
                "a heartbeat that cannot be: bad watermark: checkpoint 0",
                changed(
                        heartbeat,
                        it -> it.getHeartbeatBuilder().getWatermarkBuilder().setCheckpointTs(0)));
        refused(
                Reason.INVALID,
                "epoch 0 must be at least 1",
                changed(heartbeat, it -> it.getHeartbeatBuilder().setEpoch(0)));
        byte[] longName = changed(
                heartbeat, it -> it.getHeartbeatBuilder().getChangefeedBuilder().setName("\n".repeat(10_000)));
        refused(Reason.INVALID, "changefeed name '\\n\\n", longName);
        assertThatThrownBy(() -> WireCodec.decode(longName))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_300));
    }

    @Test
    @DisplayName("bytes that are no message are refused")
    void malformed() {
        byte[] bytes = WireCodec.encode(heartbeat(List.of()));

        refused(Reason.MALFORMED, "bytes that are no message", Arrays.copyOf(bytes, bytes.length - 1));
        refused(Reason.MALFORMED, "bytes that are no message", new byte[] {(byte) 0xff});
    }

    @Test
    @DisplayName("groups within groups, which no message has, end at a small depth")
    void nesting() {
        byte[] groups = new byte[1 << 20];
        // The start of a group with the number 1_000.
        for (int i = 0; i + 1 < groups.length; i += 2) {
            groups[i] = (byte) 0xc3;
            groups[i + 1] = 0x3e;
        }

        refused(Reason.MALFORMED, "bytes that are no message", groups);
    }

    @Test
    @DisplayName("a message that is made of more parts than memory should hold is refused before it is built")
    void tooManyParts() throws IOException {
        byte[] many = new byte[18 << 20];
        for (int i = 0; i + 1 < many.length; i += 2) {
            // A status of a heartbeat, without content.
            many[i] = 6 << 3 | 2;
        }
        byte[] bytes = nested(Messages.WireMessage.HEARTBEAT_FIELD_NUMBER, many);

        refused(Reason.TOO_LARGE, "more than 8388608 parts", bytes);
        // Packed numbers: the tables of the scope of an event.
        byte[] tables = nested(1, nested(2, nested(1, nested(1, new byte[9 << 20]))));
        refused(Reason.TOO_LARGE, "parts", nested(Messages.WireMessage.BARRIER_REPORT_FIELD_NUMBER, nested(6, tables)));
    }

    private static byte[] nested(int number, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeBytes(number, ByteString.copyFrom(content));
        out.flush();
        return bytes.toByteArray();
    }

    @Test
    @DisplayName("a message above the limit is refused at both ends")
    void tooLarge() {
        WorkerError error = new WorkerError(new NodeId("n"), ErrorCode.BAD_INPUT, "x".repeat(WireCodec.MAX_BYTES - 1));

        refused(Reason.TOO_LARGE, "bytes", new byte[WireCodec.MAX_BYTES + 1]);
        assertThatThrownBy(() -> WireCodec.encode(new WorkerReport.BootstrapFailed(FEED, EPOCH, error)))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    @DisplayName("a name with half a surrogate pair cannot be sent; a text for people is sent with a question mark")
    void surrogates() {
        WorkerError error = new WorkerError(new NodeId("n"), ErrorCode.BAD_INPUT, "cut \uD83D");
        TableInfo table = new TableInfo(new TableId(1), new SchemaId(1), new TableName("s", "\uD83D"), true);
        WorkerReport.BlockStatusReport report = new WorkerReport.BlockStatusReport(
                FEED,
                EPOCH,
                1,
                List.of(new BlockStatus(ONE, 5, BlockStage.NONE, List.of(new TableChange.AddTable(table)))));

        assertThat(WireCodec.decode(WireCodec.encode(new WorkerReport.BootstrapFailed(FEED, EPOCH, error))))
                .isEqualTo(new WorkerReport.BootstrapFailed(
                        FEED, EPOCH, new WorkerError(error.node(), error.code(), "cut ?")));
        assertThatThrownBy(() -> WireCodec.encode(report))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("half a surrogate pair");
    }

    @Test
    @DisplayName("a heartbeat of ten thousand statuses takes 34 bytes for each")
    void size() {
        List<DispatcherStatus> statuses = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            statuses.add(new DispatcherStatus(
                    new DispatcherId(0x0123456789abcdefL, i), ComponentState.WORKING, 462_000_000_000_000_000L + i));
        }

        assertThat(WireCodec.encode(heartbeat(statuses)).length).isBetween(340_000, 360_000);
    }
}
