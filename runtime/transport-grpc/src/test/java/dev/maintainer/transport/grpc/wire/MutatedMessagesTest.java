package dev.maintainer.transport.grpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.Message;
import dev.maintainer.bytes.testing.DamagedBytes;
import java.util.ArrayList;
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
            byte[] damaged = DamagedBytes.next(originals, random);
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
}
