package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the host relies on before it asks for the first plan. */
final class ProviderRules {
    private static final String UNKNOWN_KEY = "no-planner-knows-this-key";

    private ProviderRules() {}

    static void provider(SchedulerContract contract) {
        SchedulerProvider provider = contract.provider();
        Class<?> type = provider.getClass();
        assertThat(ServiceLoader.load(SchedulerProvider.class, type.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::type))
                .as("providers that ServiceLoader finds; list yours in META-INF/services and in module-info")
                .anyMatch(type::equals);
        assertThat(provider.descriptor())
                .as("the descriptor, asked a second time and of a second provider")
                .isEqualTo(provider.descriptor())
                .isEqualTo(contract.provider().descriptor());
        assertThat(provider.descriptor().spiLevel())
                .as("the level of the contract that the provider was built for")
                .isEqualTo(SchedulerDescriptor.CURRENT_LEVEL);
        SortedMap<String, String> configuration = new TreeMap<>(contract.configuration());
        configuration.put(UNKNOWN_KEY, "1");
        assertThatThrownBy(() -> provider.create(configuration))
                .as("create() with the key '" + UNKNOWN_KEY + "'")
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(UNKNOWN_KEY);
    }
}
