package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who constructs a value, implements an interface, or hands out the constants of an enum. That decides how the type may
 * change without a new {@link SpiLevel}; the rules of {@code architecture-rules} hold plug-ins to it.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ConstructedBy {
    /** {@return the side that constructs or implements it} */
    Side value();

    /** A side of the contract. */
    @ConstructedBy(Side.EITHER)
    enum Side {
        /**
         * The host alone. Plug-ins read it, so it may gain methods, record components and constants at any time; a
         * plug-in that constructs or implements it breaks then.
         */
        HOST,
        /**
         * Plug-ins alone. Plug-ins use the static factories of a value where there are some, because its constructor
         * may gain parameters; without factories the constructor stays. An interface only gains default methods.
         */
        PLUGIN,
        /** Both. It is closed: its factories, or its constructor where there are none, stay as they are. */
        EITHER
    }
}
