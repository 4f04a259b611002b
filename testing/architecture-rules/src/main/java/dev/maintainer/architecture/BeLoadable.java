package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** What {@link java.util.ServiceLoader} asks of a provider on the class path. */
final class BeLoadable extends ArchCondition<JavaClass> {
    BeLoadable() {
        super("be public and have a public constructor without parameters");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (type.getModifiers().contains(JavaModifier.ABSTRACT)) {
            return;
        }
        if (!type.getModifiers().contains(JavaModifier.PUBLIC)) {
            events.add(SimpleConditionEvent.violated(type, type.getName() + " is a provider but not public"));
        }
        boolean constructible = type.getConstructors().stream()
                .anyMatch(constructor -> constructor.getModifiers().contains(JavaModifier.PUBLIC)
                        && constructor.getRawParameterTypes().isEmpty());
        if (!constructible) {
            events.add(SimpleConditionEvent.violated(
                    type, type.getName() + " is a provider without a public constructor that has no parameters"));
        }
    }
}
