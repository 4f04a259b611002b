package dev.maintainer.transport.grpc.wire;

import dev.maintainer.transport.grpc.wire.WireException.Reason;

/** Parts that must be there: what is missing is never taken for 0, false or nothing. */
final class Required {
    private Required() {}

    static long number(boolean present, long value, String what) {
        check(present, what);
        return value;
    }

    static int count(boolean present, int value, String what) {
        check(present, what);
        return value;
    }

    static boolean flag(boolean present, boolean value, String what) {
        check(present, what);
        return value;
    }

    static <T> T part(boolean present, T value, String what) {
        check(present, what);
        return value;
    }

    private static void check(boolean present, String what) {
        if (!present) {
            throw new WireException(Reason.MISSING, "no " + what);
        }
    }
}
