/** Architecture rules for scheduler plug-ins and for adopters of the modules. */
module dev.maintainer.architecture {
    requires transitive dev.maintainer.scheduler.spi;
    requires transitive com.tngtech.archunit;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.maintainer.architecture;
}
