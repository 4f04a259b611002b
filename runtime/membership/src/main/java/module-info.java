/** Who is a member, who leads, and who may write: pure machines over a store with sessions. */
module dev.maintainer.membership {
    requires transitive dev.maintainer.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.maintainer.membership;
    exports dev.maintainer.membership.store;
}
