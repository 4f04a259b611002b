/**
 * Domain model, lifecycle and operator contracts, messages and ports of Maintainer.
 *
 * <p>Everything that crosses a boundary between two roles (coordinator, maintainer, worker) or between our code and
 * somebody else's (dispatchers, transports, metadata stores) is defined here, and only here.
 */
module dev.maintainer.api {
    requires static transitive org.jspecify;

    exports dev.maintainer.api.annotation;
    exports dev.maintainer.api.audit;
    exports dev.maintainer.api.dispatcher;
    exports dev.maintainer.api.error;
    exports dev.maintainer.api.lifecycle;
    exports dev.maintainer.api.message;
    exports dev.maintainer.api.model;
    exports dev.maintainer.api.operator;
    exports dev.maintainer.api.port;
    exports dev.maintainer.api.state;
    exports dev.maintainer.api.text;
}
