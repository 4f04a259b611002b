/** The coordinator: places changefeeds on nodes, owns epochs, drives handoffs. */
module dev.maintainer.coordinator {
    requires transitive dev.maintainer.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.maintainer.coordinator;
}
