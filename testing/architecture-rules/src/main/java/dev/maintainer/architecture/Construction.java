package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.maintainer.scheduler.spi.ConstructedBy;
import java.util.Optional;

/** What {@link ConstructedBy} asks of plug-ins, and of those who write a contract. */
final class Construction {
    private Construction() {}

    /** No constructor of what the host makes, no implementation of what it implements, factories before constructors. */
    static ArchCondition<JavaClass> keepToTheirSide() {
        return new ArchCondition<>("construct and implement what @ConstructedBy leaves to plug-ins") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (access.getTarget().getName().equals("<init>")) {
                        complaint(access.getTargetOwner())
                                .ifPresent(text -> events.add(
                                        SimpleConditionEvent.violated(access, access.getDescription() + ": " + text)));
                    }
                }
                for (JavaClass above : type.getRawInterfaces()) {
                    if (side(above).filter(ConstructedBy.Side.HOST::equals).isPresent()) {
                        events.add(SimpleConditionEvent.violated(
                                type,
                                type.getName() + " implements " + above.getName()
                                        + ", which is for the host: it may gain methods at any time"));
                    }
                }
            }
        };
    }

    private static Optional<String> complaint(JavaClass made) {
        return side(made).flatMap(side -> {
            if (side == ConstructedBy.Side.HOST) {
                return Optional.of(made.getSimpleName() + " is made by the host, and may gain parts at any time");
            }
            return hasFactory(made)
                    ? Optional.of(made.getSimpleName() + " has factories: its constructor may gain parameters")
                    : Optional.empty();
        });
    }

    private static boolean hasFactory(JavaClass type) {
        return type.getMethods().stream()
                .anyMatch(method -> method.getModifiers().contains(JavaModifier.STATIC)
                        && method.getModifiers().contains(JavaModifier.PUBLIC)
                        && method.getRawReturnType().equals(type));
    }

    private static Optional<ConstructedBy.Side> side(JavaClass type) {
        return type.tryGetAnnotationOfType(ConstructedBy.class).map(ConstructedBy::value);
    }

    /** Every public type says who constructs it, unless nobody can. */
    static ArchCondition<JavaClass> sayWhoConstructsThem() {
        return new ArchCondition<>("carry @ConstructedBy if somebody constructs or implements them") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (isShown(type) && isConstructible(type) && side(type).isEmpty()) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " does not say who constructs it: add @ConstructedBy"));
                }
            }
        };
    }

    private static boolean isShown(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(Construction::isShown).orElse(true);
    }

    /** Nobody implements an annotation, and a class with private constructors and no factory is only called. */
    private static boolean isConstructible(JavaClass type) {
        return !type.isAnnotation()
                && (type.isInterface()
                        || type.isEnum()
                        || hasFactory(type)
                        || type.getConstructors().stream()
                                .anyMatch(constructor ->
                                        !constructor.getModifiers().contains(JavaModifier.PRIVATE)));
    }
}
