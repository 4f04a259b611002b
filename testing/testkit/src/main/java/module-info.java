/** What the tests of several modules, and of plug-ins, share. */
module dev.maintainer.scheduler.testing {
    requires java.compiler;
    requires transitive dev.maintainer.scheduler.spi;
    requires static transitive org.jspecify;

    exports dev.maintainer.bytes.testing;
    exports dev.maintainer.changelog.testing;
    exports dev.maintainer.scheduler.testing;
    exports dev.maintainer.seeded.testing;
    exports dev.maintainer.threads.testing;
}
