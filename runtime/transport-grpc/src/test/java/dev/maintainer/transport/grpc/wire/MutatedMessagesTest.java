package dev.maintainer.transport.grpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Takes some ten seconds on two cores. */
class MutatedMessagesTest {
    private static final int MUTATIONS = 1_000_000;
    private static final int PER_KIND = 20;

    private static final int THREADS = 2;

    private static List<byte[]> originals() {
        RandomMessages messages = new RandomMessages(11);
        List<byte[]> originals = new ArrayList<>();
        for (Class<? extends Message> kind : RandomMessages.kinds()) {
            for (int i = 0; i < PER_KIND; i++) {
                originals.add(WireCodec.encode(messages.of(kind)));
            }
        }
        return originals;
    }

    @Test
    @DisplayName("a million damaged messages: each is a message or a typed refusal, never anything else")
    void mutated() throws Exception {
        List<byte[]> originals = originals();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Map<WireException.Reason, Integer>>> halves = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(20261129 + i);
                halves.add(threads.submit(() -> decodeDamaged(originals, random, MUTATIONS / THREADS)));
            }
            for (Future<Map<WireException.Reason, Integer>> half : halves) {
                // Otherwise the damage is of one kind only, and says little.
                assertThat(half.get(5, TimeUnit.MINUTES))
                        .as("refusals of half a million damaged messages")
                        .containsOnlyKeys(
                                WireException.Reason.MALFORMED,
                                WireException.Reason.UNKNOWN_KIND,
                                WireException.Reason.UNKNOWN_VALUE,
                                WireException.Reason.MISSING,
                                WireException.Reason.INVALID);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Map<WireException.Reason, Integer> decodeDamaged(
            List<byte[]> originals, SplittableRandom random, int count) {
        Map<WireException.Reason, Integer> refused = new EnumMap<>(WireException.Reason.class);
        for (int i = 0; i < count; i++) {
            byte[] damaged = originals.get(random.nextInt(originals.size())).clone();
            int changes = random.nextInt(1, 4);
            for (int change = 0; change < changes; change++) {
                damaged = mutate(damaged, originals, random);
            }
            decode(damaged, refused);
        }
        return refused;
    }

    private static void decode(byte[] damaged, Map<WireException.Reason, Integer> refused) {
        try {
            WireCodec.decode(damaged);
        } catch (WireException e) {
            refused.merge(e.reason(), 1, Integer::sum);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("not refused but failed: " + HexFormat.of().formatHex(damaged), e);
        }
    }

    private static byte[] mutate(byte[] bytes, List<byte[]> others, SplittableRandom random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> spliced(bytes, at, others.get(random.nextInt(others.size())));
            case 2 -> spliced(bytes, at, Arrays.copyOfRange(bytes, random.nextInt(bytes.length), bytes.length));
            case 3 -> {
                bytes[at] = (byte) random.nextInt(4);
                yield bytes;
            }
            case 4 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            default -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
        };
    }

    private static byte[] spliced(byte[] bytes, int at, byte[] tail) {
        byte[] whole = Arrays.copyOf(bytes, at + tail.length);
        System.arraycopy(tail, 0, whole, at, tail.length);
        return whole;
    }
}
