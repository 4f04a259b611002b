package dev.maintainer.runtime.node;

import dev.maintainer.api.dispatcher.DispatcherFactories;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.Network;
import dev.maintainer.api.port.SchemaReader;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.runtime.journal.JournalDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The ports from which a node is assembled. See {@link #builder}.
 *
 * @param network carries its messages
 * @param membership makes it a member
 * @param schemas knows the tables of changefeeds
 * @param dispatchers creates dispatchers
 * @param planners creates planners, by name
 * @param statistics the load of spans, for planners
 * @param observer is told what its maintainers do
 * @param journals where its inputs are recorded; null if they are not
 */
public record NodePorts(
        Network network,
        MembershipService membership,
        SchemaReader schemas,
        DispatcherFactories dispatchers,
        PlannerSource planners,
        SpanStatistics statistics,
        MaintainerObserver observer,
        @Nullable JournalDirectory journals) {

    /**
     * Starts with the ports that have no default.
     *
     * @param network carries messages
     * @param membership makes nodes members
     */
    public static Builder builder(Network network, MembershipService membership) {
        return new Builder(network, membership);
    }

    /** Collects ports. */
    public static final class Builder {
        private final Network network;
        private final MembershipService membership;
        private @Nullable SchemaReader schemas;
        private @Nullable DispatcherFactories dispatchers;
        private @Nullable PlannerSource planners;
        private SpanStatistics statistics = SpanStatistics.NONE;
        private MaintainerObserver observer = MaintainerObserver.none();
        private @Nullable JournalDirectory journals;

        private Builder(Network network, MembershipService membership) {
            this.network = network;
            this.membership = membership;
        }

        /** Knows the tables; required. */
        public Builder schemas(SchemaReader reader) {
            schemas = reader;
            return this;
        }

        /** Creates dispatchers; required. */
        public Builder dispatchers(DispatcherFactories factories) {
            dispatchers = factories;
            return this;
        }

        /** Creates planners; required. */
        public Builder planners(PlannerSource source) {
            planners = source;
            return this;
        }

        /** The load of spans; by default it is unknown. */
        public Builder statistics(SpanStatistics other) {
            statistics = other;
            return this;
        }

        /** Is notified of what maintainers do; by default nobody is. */
        public Builder observer(MaintainerObserver other) {
            observer = other;
            return this;
        }

        /** Where inputs are recorded; by default, or if null, nowhere. */
        public Builder journals(@Nullable JournalDirectory directory) {
            journals = directory;
            return this;
        }

        /**
         * The ports.
         *
         * @throws IllegalStateException if a required one is missing
         */
        public NodePorts build() {
            return new NodePorts(
                    network,
                    membership,
                    needed(schemas, "schemas"),
                    needed(dispatchers, "dispatchers"),
                    needed(planners, "planners"),
                    statistics,
                    observer,
                    journals);
        }

        private static <T> T needed(@Nullable T port, String name) {
            if (port == null) {
                throw new IllegalStateException("a node needs the port '" + name + "'");
            }
            return port;
        }
    }
}
