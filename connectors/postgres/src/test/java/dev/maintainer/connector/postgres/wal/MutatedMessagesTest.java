package dev.maintainer.connector.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.bytes.testing.DamagedBytes;
import dev.maintainer.connector.postgres.wal.WalFormatException.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MutatedMessagesTest {
    private static final int MUTATIONS = 1_000_000;

    private static List<byte[]> originals() {
        List<byte[]> originals = new ArrayList<>();
        for (GoldenMessage golden : GoldenMessage.all()) {
            // The damage to a long value is seen as well in its beginning.
            if (golden.bytes().length < 500) {
                originals.add(golden.bytes());
            }
        }
        RandomMessages random = new RandomMessages(17);
        for (int i = 0; i < 400; i++) {
            Framing framing = random.framing();
            originals.add(MessageEncoder.encode(random.next(framing), framing));
        }
        return originals;
    }

    @Test
    @DisplayName("a million damaged messages: each is a message or a typed refusal, never anything else")
    void mutated() {
        List<byte[]> originals = originals();
        SplittableRandom random = new SplittableRandom(20261130);
        Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = DamagedBytes.next(originals, random);
            read += isRead(damaged, random.nextBoolean() ? Framing.WHOLE : Framing.STREAMED, refused) ? 1 : 0;
        }
        // Otherwise the damage is of one kind only, and says little.
        assertThat(refused).containsOnlyKeys(Reason.values());
        assertThat(read).as("damaged messages that are messages").isBetween(MUTATIONS / 50, MUTATIONS / 2);
    }

    private static boolean isRead(byte[] damaged, Framing framing, Map<Reason, Integer> refused) {
        try {
            WalMessage message = PgOutput.decode(damaged, 0, damaged.length, framing);
            assertThat(MessageEncoder.encode(message, framing))
                    .as("nothing is read over")
                    .isEqualTo(damaged);
            return true;
        } catch (WalFormatException e) {
            if (e.offset() < 0 || e.offset() > damaged.length) {
                throw new AssertionError(
                        "offset " + e.offset() + " in " + HexFormat.of().formatHex(damaged), e);
            }
            refused.merge(e.reason(), 1, Integer::sum);
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("not refused but failed: " + HexFormat.of().formatHex(damaged), e);
        }
    }
}
