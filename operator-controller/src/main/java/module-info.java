/** Operators, their queue, admission, and quiesce. */
module dev.maintainer.operator {
    requires transitive dev.maintainer.api;
    requires static transitive org.jspecify;

    exports dev.maintainer.operator;
}
