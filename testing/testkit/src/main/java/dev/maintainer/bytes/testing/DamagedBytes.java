package dev.maintainer.bytes.testing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages messages at random: some are cut off, spliced with others, or have wrong bytes and bits. */
public final class DamagedBytes {
    private DamagedBytes() {}

    /**
     * One of several messages, with one to three kinds of damage.
     *
     * @param originals stay as they are; at least one
     * @param random says which, and what happens to it
     * @return bytes of the caller's own
     */
    public static byte[] next(List<byte[]> originals, SplittableRandom random) {
        byte[] damaged = originals.get(random.nextInt(originals.size())).clone();
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
            damaged = mutate(damaged, originals, random);
        }
        return damaged;
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
