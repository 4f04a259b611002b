package dev.maintainer.it.shape;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes types with their generics and {@code @Nullable}. Its own work, as the texts of the JDK differ by release. */
final class TypeText {
    private TypeText() {}

    static String of(AnnotatedType type) {
        if (type instanceof AnnotatedArrayType array) {
            // The annotations of an array type are those of the array, which stand before the brackets.
            String mark = isNullable(type) ? " @Nullable " : "";
            return of(array.getAnnotatedGenericComponentType()) + mark + "[]";
        }
        return (isNullable(type) ? "@Nullable " : "") + withoutMark(type);
    }

    private static String withoutMark(AnnotatedType type) {
        if (type instanceof AnnotatedParameterizedType parameterized) {
            Type raw = ((ParameterizedType) parameterized.getType()).getRawType();
            return name(raw)
                    + Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
                            .map(TypeText::of)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            if (wildcard.getAnnotatedLowerBounds().length > 0) {
                return "? super " + of(wildcard.getAnnotatedLowerBounds()[0]);
            }
            String upper = of(wildcard.getAnnotatedUpperBounds()[0]);
            return upper.equals("java.lang.Object") ? "?" : "? extends " + upper;
        }
        return name(type.getType());
    }

    /** Type parameters as they are declared, with a space behind; empty if there are none. */
    static String parameters(TypeVariable<?>[] parameters) {
        if (parameters.length == 0) {
            return "";
        }
        return Arrays.stream(parameters)
                .map(parameter -> {
                    String bounds = Arrays.stream(parameter.getAnnotatedBounds())
                            .map(TypeText::of)
                            .collect(Collectors.joining(" & "));
                    return parameter.getName() + (bounds.equals("java.lang.Object") ? "" : " extends " + bounds);
                })
                .collect(Collectors.joining(", ", "<", "> "));
    }

    static String name(Type type) {
        return type.getTypeName();
    }

    private static boolean isNullable(AnnotatedElement element) {
        return element.isAnnotationPresent(Nullable.class);
    }
}
