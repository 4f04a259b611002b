package dev.maintainer.api.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How far a public type may change from one version to the next. Every public type of {@code maintainer-api} and {@code
 * scheduler-spi} carries it, and {@code @since} says from which version on it is there. Before version 1.0 it says what will hold
 * from then on; until then the changelog names every change.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Stability(Stability.Level.STABLE)
public @interface Stability {
    /** {@return what may change} */
    Level value();

    /**
     * What may change.
     *
     * @since 0.1.0
     */
    @Stability(Level.STABLE)
    enum Level {
        /**
         * Nothing that breaks code which compiles or links against it, within a major version. Interfaces that others
         * implement gain default methods only; records keep their constructors, or say that they have factories for
         * that.
         */
        STABLE,
        /**
         * Whatever is needed for growth: messages and records may gain components, sealed types may gain cases, in any
         * minor version. The changelog names it.
         */
        EVOLVING,
        /** Anything, at any time: it is public because another module of ours needs it. */
        INTERNAL
    }
}
