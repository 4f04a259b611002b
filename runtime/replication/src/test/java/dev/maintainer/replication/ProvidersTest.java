package dev.maintainer.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.DispatcherFactoryProvider;
import dev.maintainer.replication.stream.StreamingDispatcherFactoryProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    private static final String SERVICE = DispatcherFactoryProvider.class.getName();
    private static final String PROVIDER = StreamingDispatcherFactoryProvider.class.getName();

    private static InputStream resource(String name) {
        return Objects.requireNonNull(ProvidersTest.class.getResourceAsStream(name), name);
    }

    @Test
    @DisplayName("the services file and the module descriptor name the same providers")
    void agree() throws IOException {
        try (InputStream in = resource("/META-INF/services/" + SERVICE)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(PROVIDER);
        }
        try (InputStream in = resource("/module-info.class")) {
            assertThat(ModuleDescriptor.read(in).provides()).singleElement().satisfies(provides -> {
                assertThat(provides.service()).isEqualTo(SERVICE);
                assertThat(provides.providers()).containsExactly(PROVIDER);
            });
        }
    }

    @Test
    @DisplayName("the service loader finds the provider by its name")
    void found() {
        Module test = getClass().getModule();
        if (test.isNamed()) {
            test.addUses(DispatcherFactoryProvider.class);
        }
        assertThat(ServiceLoader.load(
                        DispatcherFactoryProvider.class, StreamingDispatcherFactoryProvider.class.getClassLoader()))
                .extracting(DispatcherFactoryProvider::name)
                .contains("stream");
    }
}
