package dev.maintainer.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.core.MaintainerObserver;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoggingObserverTest {
    @Test
    @DisplayName("whatever maintainers do is passed on: no method of an observer is left out")
    void passesEverythingOn() {
        assertThat(MaintainerObserver.class.getDeclaredMethods())
                .filteredOn(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .allSatisfy(method ->
                        assertThat(overrides(method)).as(method.getName()).isTrue());
    }

    private static boolean overrides(Method method) {
        return Arrays.stream(LoggingObserver.class.getDeclaredMethods())
                .anyMatch(each -> each.getName().equals(method.getName())
                        && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
    }
}
