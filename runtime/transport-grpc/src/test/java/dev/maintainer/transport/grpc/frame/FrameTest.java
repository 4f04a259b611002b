package dev.maintainer.transport.grpc.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.transport.grpc.frame.FrameException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final int LARGEST = 8 << 20;

    private final ByteBudget budget = new ByteBudget(32 << 20);
    private final MessageCutter cutter = new MessageCutter();
    private final FrameAssembler assembler = new FrameAssembler(LARGEST, budget);

    private static byte[] noise(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(int size) {
        return "heartbeat of a worker; "
                .repeat(size / 23 + 1)
                .substring(0, size)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private byte @Nullable [] receive(List<Frame> frames) {
        byte[] whole = null;
        for (Frame frame : frames) {
            assertThat(whole).as("complete before the last frame").isNull();
            whole = assembler.accept(frame);
        }
        return whole;
    }

    private void refuses(Reason reason, Frame frame) {
        assertThatThrownBy(() -> assembler.accept(frame))
                .isInstanceOfSatisfying(
                        FrameException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    @DisplayName("messages of all sizes arrive as they were sent, one after the other, and leave nothing behind")
    void roundTrip() {
        SplittableRandom random = new SplittableRandom(5);
        int[] edges = {
            0,
            1,
            MessageCutter.DEFLATED_FROM_BYTES - 1,
            MessageCutter.DEFLATED_FROM_BYTES,
            Frame.MAX_BYTES - 1,
            Frame.MAX_BYTES,
            Frame.MAX_BYTES + 1,
            2 * Frame.MAX_BYTES,
            LARGEST
        };
        for (int size : edges) {
            assertThat(receive(cutter.cut(noise(size, size)))).isEqualTo(noise(size, size));
            assertThat(receive(cutter.cut(text(size)))).isEqualTo(text(size));
        }
        for (int i = 0; i < 50; i++) {
            int size = random.nextInt(1 << 20);
            byte[] message = random.nextBoolean() ? noise(i, size) : text(size);
            assertThat(receive(cutter.cut(message))).isEqualTo(message);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("only what is large and gets smaller is deflated; no frame is above 256 KiB")
    void deflated() {
        assertThat(cutter.cut(text(MessageCutter.DEFLATED_FROM_BYTES - 1)))
                .singleElement()
                .matches(frame -> !frame.isDeflated());
        assertThat(cutter.cut(text(4 << 20))).singleElement().matches(Frame::isDeflated);
        assertThat(cutter.cut(noise(1, 1 << 20)))
                .hasSize(4)
                .allMatch(frame -> !frame.isDeflated() && frame.payload().length <= Frame.MAX_BYTES);
    }

    @Test
    @DisplayName("a few kilobytes that inflate to a hundred megabytes are refused when the limit is reached")
    void bomb() {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[100 << 20]);
        deflater.finish();
        byte[] bomb = new byte[1 << 20];
        int size = deflater.deflate(bomb);
        deflater.end();

        refuses(Reason.TOO_LARGE, new Frame(1, 0, 1, true, 0, Arrays.copyOf(bomb, size)));

        assertThat(budget.used()).isZero();
        assertThat(receive(List.of(next(2, text(10))))).isEqualTo(text(10));
    }

    private static Frame next(long message, byte[] content) {
        return new Frame(message, 0, 1, false, MessageCutter.checksum(content), content);
    }

    @Test
    @DisplayName("a message that claims many frames takes no more memory than has come")
    void declared() {
        assertThat(assembler.accept(new Frame(1, 0, 512, false, 0, new byte[10])))
                .isNull();
        assertThat(budget.used()).isEqualTo(10);

        assembler.discard();

        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("a message that is too large is refused once; the rest of it is passed over, and the next one arrives")
    void tooLarge() {
        FrameAssembler small = new FrameAssembler(Frame.MAX_BYTES + 5, budget);
        List<Frame> frames = cutter.cut(noise(1, 4 * Frame.MAX_BYTES));

        assertThat(small.accept(frames.get(0))).isNull();
        assertThatThrownBy(() -> small.accept(frames.get(1))).hasMessageContaining("more than 262149 bytes");
        assertThat(budget.used()).isZero();
        assertThat(small.accept(frames.get(2))).isNull();
        assertThat(small.accept(frames.get(3))).isNull();
        assertThat(small.accept(cutter.cut(text(10)).get(0))).isEqualTo(text(10));
    }

    @Test
    @DisplayName(
            "unfinished messages of all streams share a budget; who finds it used up loses its message, not its stream")
    void noRoom() {
        ByteBudget tight = new ByteBudget(Frame.MAX_BYTES + 100);
        FrameAssembler first = new FrameAssembler(LARGEST, tight);
        FrameAssembler second = new FrameAssembler(LARGEST, tight);
        List<Frame> large = cutter.cut(noise(1, 2 * Frame.MAX_BYTES));

        assertThat(first.accept(large.get(0))).isNull();
        assertThatThrownBy(() -> second.accept(large.get(0))).isInstanceOfSatisfying(FrameException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.NO_ROOM);
            assertThat(e.reason().endsStream()).isFalse();
        });
        first.discard();
        assertThat(tight.used()).isZero();
        assertThat(second.accept(large.get(1))).isNull();
        assertThat(second.accept(cutter.cut(text(9)).get(0))).isEqualTo(text(9));
    }

    @Test
    @DisplayName("a whole that is not what was sent is refused: another checksum, a cut or a longer deflated stream")
    void damaged() {
        Frame sent = cutter.cut(text(100_000)).get(0);

        refuses(Reason.DAMAGED, new Frame(1, 0, 1, true, sent.checksum() + 1, sent.payload()));
        refuses(Reason.DAMAGED, new Frame(2, 0, 1, true, sent.checksum(), Arrays.copyOf(sent.payload(), 50)));
        byte[] longer = Arrays.copyOf(sent.payload(), sent.payload().length + 1);
        refuses(Reason.DAMAGED, new Frame(3, 0, 1, true, sent.checksum(), longer));
        refuses(Reason.DAMAGED, new Frame(4, 0, 1, true, sent.checksum(), text(100)));
        assertThat(assembler.accept(new Frame(5, 0, 1, true, sent.checksum(), sent.payload())))
                .isEqualTo(text(100_000));
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("frames that do not follow one another end the stream")
    void order() {
        List<Frame> frames = cutter.cut(noise(1, 3 * Frame.MAX_BYTES));
        Frame first = frames.get(0);
        assertThat(Reason.OUT_OF_ORDER.endsStream()).isTrue();

        refuses(Reason.OUT_OF_ORDER, frames.get(1));
        assembler.accept(first);
        refuses(Reason.OUT_OF_ORDER, frames.get(2));
        assertThat(budget.used()).isZero();
        refuses(Reason.OUT_OF_ORDER, first);
        refuses(Reason.OUT_OF_ORDER, new Frame(9, 0, 0, false, 0, new byte[0]));
        refuses(Reason.OUT_OF_ORDER, new Frame(9, 0, -1, false, 0, new byte[0]));
        refuses(Reason.OUT_OF_ORDER, new Frame(9, 0, 513, false, 0, new byte[0]));
        refuses(Reason.OUT_OF_ORDER, new Frame(9, 0, 1, false, 0, new byte[Frame.MAX_BYTES + 1]));
        assembler.accept(new Frame(10, 0, 3, false, 0, new byte[1]));
        refuses(Reason.OUT_OF_ORDER, new Frame(10, 1, 2, false, 0, new byte[1]));
        assembler.accept(new Frame(11, 0, 3, false, 0, new byte[1]));
        refuses(Reason.OUT_OF_ORDER, new Frame(12, 0, 1, false, 0, new byte[1]));
    }

    @Test
    @DisplayName(
            "whatever happens to frames: the messages that were sent, or typed refusals, and all memory is given back")
    void anything() {
        SplittableRandom random = new SplittableRandom(77);
        for (int round = 0; round < 300; round++) {
            MessageCutter sender = new MessageCutter();
            FrameAssembler receiver = new FrameAssembler(1 << 20, budget);
            List<byte[]> sent = new ArrayList<>();
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] message =
                        random.nextBoolean() ? noise(i, random.nextInt(600_000)) : text(random.nextInt(40_000));
                sent.add(message);
                frames.addAll(sender.cut(message));
            }
            disturb(frames, random);
            for (Frame frame : frames) {
                try {
                    byte[] whole = receiver.accept(frame);
                    assertThat(whole == null || sent.stream().anyMatch(message -> Arrays.equals(message, whole)))
                            .isTrue();
                } catch (FrameException expected) {
                    assertThat(expected.getMessage()).hasSizeLessThan(200);
                }
            }
            receiver.discard();
            assertThat(budget.used()).isZero();
        }
    }

    private static void disturb(List<Frame> frames, SplittableRandom random) {
        int at = random.nextInt(frames.size());
        Frame frame = frames.get(at);
        switch (random.nextInt(5)) {
            case 0 -> frames.remove(at);
            case 1 -> frames.add(at, frame);
            case 2 -> frames.add(random.nextInt(frames.size()), frames.remove(at));
            case 3 -> {
                byte[] payload = frame.payload().clone();
                if (payload.length > 0) {
                    payload[random.nextInt(payload.length)] ^= (byte) random.nextInt(1, 256);
                }
                frames.set(
                        at,
                        new Frame(
                                frame.message(),
                                frame.index(),
                                frame.total(),
                                frame.isDeflated(),
                                frame.checksum(),
                                payload));
            }
            default ->
                frames.set(
                        at,
                        new Frame(
                                random.nextLong(8),
                                random.nextInt(-1, 4),
                                random.nextInt(-1, 4),
                                random.nextBoolean(),
                                frame.checksum(),
                                frame.payload()));
        }
    }
}
