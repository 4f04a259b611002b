package com.acme.cdc;

import com.acme.cdc.thing.internal.Secret;
import com.google.common.collect.ImmutableList;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what is forbidden, in the forms that are easy to miss. */
public final class Sneaky {
    private static final Logger LOG = LoggerFactory.getLogger(Sneaky.class);

    /** A clock, as a method reference. */
    Supplier<Instant> clock() {
        return Instant::now;
    }

    /** Chance without a seed, as a constructor reference. */
    Supplier<Random> chance() {
        return Random::new;
    }

    /** Threads of the common pool, through a subtype. */
    long threads(List<String> names) {
        return names.parallelStream().count();
    }

    /** Sleeps through a new thread. */
    void sleeps() {
        new Thread(() -> {}).start();
    }

    /** Looks at a disk. */
    Function<Path, Boolean> disk() {
        return Files::exists;
    }

    /** Goes round the gate, as a method reference. */
    BiFunction<NodeId, Message, Transport.SendResult> send(Transport transport) {
        return transport::send;
    }

    /** Locks. */
    synchronized Secret lock() {
        return new Secret(1);
    }

    /** Shows Guava and logs. */
    public ImmutableList<String> guava() {
        LOG.warn("never");
        return ImmutableList.of();
    }
}
