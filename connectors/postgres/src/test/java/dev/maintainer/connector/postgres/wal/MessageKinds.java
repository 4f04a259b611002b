package dev.maintainer.connector.postgres.wal;

import java.util.ArrayList;
import java.util.List;

/** The kinds of messages that there are. */
final class MessageKinds {
    private MessageKinds() {}

    static List<String> names() {
        List<String> kinds = new ArrayList<>();
        collect(WalMessage.class, kinds);
        return kinds;
    }

    private static void collect(Class<?> type, List<String> kinds) {
        if (type.isRecord()) {
            if (!kinds.contains(type.getSimpleName())) {
                kinds.add(type.getSimpleName());
            }
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            collect(permitted, kinds);
        }
    }
}
