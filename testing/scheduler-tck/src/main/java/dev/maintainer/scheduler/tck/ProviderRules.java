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
        assertThat(contract.configuration().keySet())
                .as("the keys of configuration(); the host refuses those that the descriptor does not declare")
                .allMatch(descriptor::declares);
        for (String key : descriptor.keys().keySet()) {
            if (SchedulerDescriptor.isPattern(key)) {
                pattern(contract, descriptor, key);
            }
        }
        WatchedKeys configuration = new WatchedKeys(contract.configuration());
        provider.create(configuration);
        assertThat(configuration.asked())
                .as("the keys that create() reads; those that the descriptor does not declare nobody can set")
                .allMatch(descriptor::declares);
        if (!configuration.isReadAsAWhole()) {
            assertThat(descriptor.keys().keySet())
                    .as("the keys that the descriptor declares; those that are never read change nothing, and whoever"
                            + " sets them believes that they do")
                    .allMatch(key -> SchedulerDescriptor.isPattern(key)
                            ? configuration.asked().stream().anyMatch(asked -> isOf(descriptor, key, asked))
                            : configuration.asked().contains(key));
        }
    }

    private static void pattern(SchedulerContract contract, SchedulerDescriptor descriptor, String pattern) {
        assertThat(descriptor.level())
                .as("the level of a provider that declares the pattern of keys '%s'", pattern)
                .isGreaterThanOrEqualTo(SchedulerDescriptor.PATTERNS_SINCE);
        assertThat(contract.configuration().keySet())
                .as("the keys of configuration(); one must be of the pattern '%s'", pattern)
                .anyMatch(key -> isOf(descriptor, pattern, key));
    }

    private static boolean isOf(SchedulerDescriptor descriptor, String pattern, String key) {
        return SchedulerDescriptor.named(descriptor.name())
                .accepts(pattern, "this one alone")
                .declares(key);
    }
}
