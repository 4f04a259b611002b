package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.Collection;
import java.util.Set;

/** Public classes are providers, and there is one at least. */
final class ShowOnlyProviders extends ArchCondition<JavaClass> {
    private final Set<String> published;
    private boolean providerSeen;

    ShowOnlyProviders(Set<String> published) {
        super("be a provider if they are public");
        this.published = published;
    }

    @Override
    public void init(Collection<JavaClass> all) {
        providerSeen = false;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (!isVisible(type)) {
            return;
        }
        if (type.isAssignableTo(SchedulerProvider.class)) {
            providerSeen = true;
        } else if (!published.contains(type.getName())) {
            events.add(SimpleConditionEvent.violated(
                    type,
                    type.getName() + " is public and no provider: make it package-private, or name it as published"));
        }
    }

    @Override
    public void finish(ConditionEvents events) {
        if (!providerSeen) {
            events.add(SimpleConditionEvent.violated(
                    this,
                    "no public class implements " + SchedulerProvider.class.getName() + ": nothing can be loaded"));
        }
    }

    /** A nested class shows as much as the classes around it. */
    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ShowOnlyProviders::isVisible).orElse(true);
    }
}
