package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Static fields that cannot change: final, and of a type that has no state to change as far as its class shows. A field
 * of type {@code List}, {@code Set} or {@code Map} is a constant unless the static initializer calls the constructor of
 * a collection; what a method returns is believed.
 */
final class BeConstant extends ArchCondition<JavaField> {
    private static final List<Class<?>> COLLECTIONS = List.of(Collection.class, Map.class);
    private static final List<Class<?>> CHANGING = List.of(
            StringBuilder.class,
            StringBuffer.class,
            java.util.BitSet.class,
            java.util.Date.class,
            java.util.Iterator.class,
            RandomGenerator.class);

    BeConstant() {
        super("be constants");
    }

    @Override
    public void check(JavaField field, ConditionEvents events) {
        // The compiler keeps the values of an enum, and the cases of a switch, in arrays.
        if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
            return;
        }
        String complaint = complaint(field);
        if (!complaint.isEmpty()) {
            events.add(SimpleConditionEvent.violated(field, field.getFullName() + " " + complaint));
        }
    }

    private static String complaint(JavaField field) {
        JavaClass type = field.getRawType();
        if (!field.getModifiers().contains(JavaModifier.FINAL)) {
            return "is static and not final";
        }
        if (type.isArray()) {
            return "is an array, which everybody can write to: use List.of";
        }
        if (isCollection(type)) {
            if (!type.isInterface()) {
                return "is a " + type.getName() + ", which can change: use List.of or an unmodifiable view";
            }
            return makesCollections(field.getOwner())
                    ? "is a collection, and the static initializer makes one that can change: use List.of, or make an"
                            + " unmodifiable view in a method"
                    : "";
        }
        boolean changing = CHANGING.stream().anyMatch(type::isAssignableTo)
                || type.getName().startsWith("java.util.concurrent.atomic.")
                || type.getAllFields().stream()
                        .anyMatch(part -> isOwn(field, part)
                                && !part.getModifiers().contains(JavaModifier.STATIC)
                                && !part.getModifiers().contains(JavaModifier.FINAL));
        return changing ? "is a " + type.getName() + ", which can change" : "";
    }

    /** Types of the JDK have caches in fields that are not final; only what the plug-in's authors wrote tells. */
    private static boolean isOwn(JavaField field, JavaField part) {
        return !part.getOwner().getPackageName().startsWith("java.")
                && !field.getRawType().isEnum();
    }

    private static boolean isCollection(JavaClass type) {
        return COLLECTIONS.stream().anyMatch(type::isAssignableTo);
    }

    private static boolean makesCollections(JavaClass owner) {
        return owner.getStaticInitializer().stream()
                .flatMap(initializer -> initializer.getCallsFromSelf().stream())
                .map(call -> (AccessTarget) call.getTarget())
                .anyMatch(target -> target.getName().equals("<init>") && isCollection(target.getOwner()));
    }
}
