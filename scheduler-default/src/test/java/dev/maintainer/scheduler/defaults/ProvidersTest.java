package dev.maintainer.scheduler.defaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {
    private static final List<String> PROVIDERS = List.of(
            BasicSchedulerProvider.class.getName(),
            BalanceSchedulerProvider.class.getName(),
            BalanceSplitsSchedulerProvider.class.getName());

    @Test
    void theServicesFileAndTheModuleDescriptorAgree() throws IOException {
        assertThat(lines("/META-INF/services/" + SchedulerProvider.class.getName()))
                .containsExactlyElementsOf(PROVIDERS);
        try (InputStream in = resource("/module-info.class")) {
            assertThat(ModuleDescriptor.read(in).provides()).singleElement().satisfies(provides -> {
                assertThat(provides.service()).isEqualTo(SchedulerProvider.class.getName());
                assertThat(provides.providers()).containsExactlyElementsOf(PROVIDERS);
            });
        }
    }

    @Test
    void areFoundByServiceLoader() {
        ClassLoader loader = BasicSchedulerProvider.class.getClassLoader();
        Module test = getClass().getModule();
        if (test.isNamed()) {
            test.addUses(SchedulerProvider.class);
        }
        assertThat(ServiceLoader.load(SchedulerProvider.class, loader))
                .extracting(provider -> provider.descriptor().name())
                .contains("basic", "balance");
    }

    @Test
    void describeThemselvesForALevelOfThisContract() {
        for (SchedulerProvider provider : List.of(new BasicSchedulerProvider(), new BalanceSchedulerProvider())) {
            assertThat(provider.descriptor()).isEqualTo(provider.descriptor());
            assertThat(provider.descriptor().level()).isBetween(SpiLevel.OLDEST, SpiLevel.CURRENT);
            assertThat(provider.descriptor().keys()).containsKey("batch-size");
        }
    }

    @Test
    void refuseUnknownKeysWithTheKnownOnes() {
        assertThatThrownBy(() -> new BalanceSchedulerProvider().create(new TreeMap<>(Map.of("bach-size", "3"))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("scheduler.balance.bach-size")
                .hasMessageContaining("known keys are: batch-size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "", "99999999999"})
    void refuseBatchSizesThatAreNoPositiveNumbers(String value) {
        assertThatThrownBy(() -> new BasicSchedulerProvider().create(new TreeMap<>(Map.of("batch-size", value))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("'" + value + "'");
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = resource(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static InputStream resource(String name) throws IOException {
        return Objects.requireNonNull(
                BasicSchedulerProvider.class.getModule().getResourceAsStream(name.substring(1)), name);
    }
}
