package dev.maintainer.transport.grpc;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.port.Network;
import dev.maintainer.threads.testing.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Keeps what comes. It can be told to have no room for some messages. */
final class Inbox implements Network.Receiver {
    private final List<Envelope> envelopes = new ArrayList<>();
    private Predicate<Message> full = message -> false;

    @Override
    public synchronized boolean deliver(Envelope envelope) {
        if (full.test(envelope.message())) {
            return false;
        }
        envelopes.add(envelope);
        return true;
    }

    synchronized void noRoomFor(Predicate<Message> messages) {
        full = messages;
    }

    synchronized List<Envelope> envelopes() {
        return List.copyOf(envelopes);
    }

    synchronized <T extends Message> List<T> all(Class<T> kind) {
        return envelopes.stream()
                .map(Envelope::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    synchronized int size() {
        return envelopes.size();
    }

    void await(int count, String what) {
        Until.holds(count + " " + what, () -> size() >= count, () -> size() + " have come");
    }
}
