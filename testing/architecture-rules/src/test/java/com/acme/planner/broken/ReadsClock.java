package com.acme.planner.broken;

import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** P2. */
final class ReadsClock {
    Supplier<Instant> reference() {
        return Instant::now;
    }

    LongSupplier nanos() {
        return System::nanoTime;
    }

    Supplier<Date> constructor() {
        return Date::new;
    }

    Clock clock() {
        return Clock.systemUTC();
    }
}
