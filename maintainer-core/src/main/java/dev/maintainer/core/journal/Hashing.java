package dev.maintainer.core.journal;

/** A 64-bit hash that is mixed step by step. Not for adversaries. */
final class Hashing {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hashing() {}

    static long mix(long hash, long value) {
        long mixed = (hash ^ value) * GOLDEN;
        return Long.rotateLeft(mixed ^ mixed >>> 32, 23);
    }

    static long mix(long hash, String text) {
        long mixed = mix(hash, text.length());
        long word = 0;
        for (int i = 0; i < text.length(); i++) {
            word = word << 16 | text.charAt(i);
            if ((i & 3) == 3) {
                mixed = mix(mixed, word);
                word = 0;
            }
        }
        return (text.length() & 3) == 0 ? mixed : mix(mixed, word);
    }

    /** Every bit of the hash influences every bit of the result. */
    static long finish(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
