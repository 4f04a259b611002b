package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.ServiceLoader;

/** What the host relies on before it asks for the first plan. */
final class ProviderRules {
    private ProviderRules() {}

    static void provider(SchedulerContract contract) {
        SchedulerProvider provider = contract.provider();
        Class<?> type = provider.getClass();
        assertThat(ServiceLoader.load(SchedulerProvider.class, type.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::type))
                .as("providers that ServiceLoader finds; list yours in META-INF/services and in module-info")
                .anyMatch(type::equals);
        SchedulerDescriptor descriptor = provider.descriptor();
        assertThat(provider.descriptor())
                .as("the descriptor, asked a second time and of a second provider")
                .isEqualTo(descriptor)
                .isEqualTo(contract.provider().descriptor());
        assertThat(descriptor.level())
                .as("the level of the contract that the provider was built for")
                .isBetween(SpiLevel.OLDEST, SpiLevel.CURRENT);
        assertThat(descriptor.needs())
                .as("what the planner needs, at level %s", descriptor.level())
                .allMatch(feature -> feature.since().compareTo(descriptor.level()) <= 0);
        keys(contract, provider, descriptor);
    }

    private static void keys(SchedulerContract contract, SchedulerProvider provider, SchedulerDescriptor descriptor) {
        assertThat(descriptor.keys().keySet())
                .as("the keys that the descriptor declares; the host refuses the others of configuration()")
                .containsAll(contract.configuration().keySet());
        WatchedKeys configuration = new WatchedKeys(contract.configuration());
        provider.create(configuration);
        assertThat(descriptor.keys().keySet())
                .as("the keys that the descriptor declares; create() reads more, which nobody can set")
                .containsAll(configuration.asked());
        if (!configuration.isReadAsAWhole()) {
            assertThat(configuration.asked())
                    .as("the keys that create() reads; those that are declared and never read change nothing, and"
                            + " whoever sets them believes that they do")
                    .containsAll(descriptor.keys().keySet());
        }
    }
}
