package dev.maintainer.it.shape;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that users of a module can see, one line for each part, sorted. Read from compiled classes, and the same whatever
 * JDK reads or has compiled them. What records, enums and objects have anyway is left out.
 */
final class Shape {
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private final SortedSet<String> lines = new TreeSet<>();

    private Shape() {}

    /** The lines for the module that a class is from. */
    static List<String> of(Class<?> anchor) {
        Shape shape = new Shape();
        try {
            Path root = Path.of(
                    anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(root)) {
                shape.read(root);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + root.toUri()), Map.of())) {
                    shape.read(jar.getPath("/"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return List.copyOf(shape.lines);
    }

    private void read(Path root) throws IOException, ClassNotFoundException {
        Set<String> exported;
        try (InputStream in = Files.newInputStream(root.resolve("module-info.class"))) {
            exported = module(ModuleDescriptor.read(in));
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            String name = root.relativize(file).toString().replace('\\', '/').replaceFirst("\\.class$", "");
            int slash = name.lastIndexOf('/');
            if (slash > 0
                    && !name.endsWith("/package-info")
                    && exported.contains(name.substring(0, slash).replace('/', '.'))) {
                Class<?> type = Class.forName(name.replace('/', '.'), false, Shape.class.getClassLoader());
                if (isShown(type)) {
                    type(type);
                }
            }
        }
    }

    private Set<String> module(ModuleDescriptor module) {
        module.requires().stream()
                .filter(requires -> !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.MANDATED))
                .forEach(requires -> lines.add("module requires "
                        + requires.modifiers().stream()
                                .map(modifier -> modifier.name().toLowerCase(Locale.ROOT) + " ")
                                .sorted()
                                .collect(Collectors.joining())
                        + requires.name()));
        module.exports()
                .forEach(exports -> lines.add("module exports " + exports.source()
                        + (exports.isQualified() ? " to " + new TreeSet<>(exports.targets()) : "")));
        module.opens().forEach(opens -> lines.add("module opens " + opens.source()));
        module.uses().forEach(uses -> lines.add("module uses " + uses));
        module.provides()
                .forEach(provides ->
                        lines.add("module provides " + provides.service() + " with " + provides.providers()));
        lines.add("module named " + module.name());
        return module.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    private static boolean isShown(Class<?> type) {
        if (type.isAnonymousClass() || type.isLocalClass() || type.isSynthetic()) {
            return false;
        }
        Class<?> outer = type.getDeclaringClass();
        return isShown(type.getModifiers()) && (outer == null || isShown(outer));
    }

    private static boolean isShown(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private void type(Class<?> type) {
        String of = type.getName() + ": ";
        lines.add(
                of + kind(type) + TypeText.parameters(type.getTypeParameters()).stripTrailing() + annotations(type));
        if (type.getSuperclass() != null
                && !Set.of(Object.class, Record.class, Enum.class).contains(type.getSuperclass())) {
            lines.add(of + "extends " + TypeText.of(type.getAnnotatedSuperclass()));
        }
        Arrays.stream(type.getAnnotatedInterfaces()).forEach(each -> lines.add(of + "implements " + TypeText.of(each)));
        if (type.isSealed()) {
            Arrays.stream(type.getPermittedSubclasses()).forEach(each -> lines.add(of + "permits " + each.getName()));
        }
        if (type.isRecord()) {
            RecordComponent[] components = type.getRecordComponents();
            for (int i = 0; i < components.length; i++) {
                lines.add(of + "component " + (i + 1) + " " + TypeText.of(components[i].getAnnotatedType()) + " "
                        + components[i].getName() + annotations(components[i].getAccessor()));
            }
        }
        Arrays.stream(type.getDeclaredFields()).forEach(field -> field(of, field));
        Arrays.stream(type.getDeclaredConstructors()).forEach(constructor -> constructor(of, type, constructor));
        Arrays.stream(type.getDeclaredMethods()).forEach(method -> method(of, type, method));
    }

    private static String kind(Class<?> type) {
        int modifiers = type.getModifiers();
        if (type.isAnnotation()) {
            return "annotation";
        }
        if (type.isEnum()) {
            return "enum";
        }
        if (type.isRecord()) {
            return "record";
        }
        String sealed = type.isSealed() ? "sealed " : "";
        if (type.isInterface()) {
            return sealed + "interface";
        }
        return sealed
                + (Modifier.isAbstract(modifiers) ? "abstract " : "")
                + (Modifier.isFinal(modifiers) ? "final " : "")
                + (Modifier.isProtected(modifiers) ? "protected " : "")
                + "class";
    }

    private void field(String of, Field field) {
        int modifiers = field.getModifiers();
        if (field.isSynthetic() || !isShown(modifiers)) {
            return;
        }
        if (field.isEnumConstant()) {
            lines.add(of + "constant " + field.getName() + annotations(field));
            return;
        }
        lines.add(of + modifiers(modifiers) + "field " + TypeText.of(field.getAnnotatedType()) + " " + field.getName()
                + value(field) + annotations(field));
    }

    /** Compilers copy constants of these types into the classes that use them. */
    private static String value(Field field) {
        boolean copied = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        try {
            return copied ? " = " + field.get(null) : "";
        } catch (IllegalAccessException e) {
            return "";
        }
    }

    private void constructor(String of, Class<?> type, Constructor<?> constructor) {
        boolean canonical = type.isRecord()
                && Arrays.equals(
                        constructor.getParameterTypes(),
                        Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::getType)
                                .toArray());
        if (!constructor.isSynthetic() && isShown(constructor.getModifiers()) && !canonical) {
            lines.add(of + modifiers(constructor.getModifiers()) + "constructor " + signature(constructor));
        }
    }

    private void method(String of, Class<?> type, Method method) {
        if (method.isSynthetic() || !isShown(method.getModifiers()) || isImplied(type, method)) {
            return;
        }
        String kind = method.isDefault() ? "default " : modifiers(method.getModifiers());
        lines.add(of + kind + "method " + TypeText.parameters(method.getTypeParameters())
                + TypeText.of(method.getAnnotatedReturnType()) + " " + method.getName() + signature(method));
    }

    private static boolean isImplied(Class<?> type, Method method) {
        String name = method.getName();
        boolean bare = method.getParameterCount() == 0;
        if (type.isEnum() && (name.equals("valueOf") || (name.equals("values") && bare))) {
            return true;
        }
        if (OF_EVERY_OBJECT.contains(name)) {
            return method.getParameterCount() == (name.equals("equals") ? 1 : 0);
        }
        return type.isRecord()
                && bare
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getName().equals(name));
    }

    private static String signature(Executable executable) {
        String parameters = Arrays.stream(executable.getAnnotatedParameterTypes())
                .map(TypeText::of)
                .collect(Collectors.joining(", "));
        if (executable.isVarArgs()) {
            parameters = parameters.replaceFirst("\\[]$", "...");
        }
        Collection<String> exceptions = new TreeSet<>();
        Arrays.stream(executable.getGenericExceptionTypes()).forEach(each -> exceptions.add(TypeText.name(each)));
        return "(" + parameters + ")" + (exceptions.isEmpty() ? "" : " throws " + String.join(", ", exceptions))
                + annotations(executable);
    }

    private static String modifiers(int modifiers) {
        return (Modifier.isProtected(modifiers) ? "protected " : "")
                + (Modifier.isStatic(modifiers) ? "static " : "")
                + (Modifier.isAbstract(modifiers) ? "abstract " : "")
                + (Modifier.isFinal(modifiers) ? "final " : "");
    }

    /** Those that are kept until run time; values of enums only, as that is what ours have. */
    private static String annotations(AnnotatedElement element) {
        return Arrays.stream(element.getDeclaredAnnotations())
                .map(Shape::annotation)
                .sorted()
                .collect(Collectors.joining());
    }

    private static String annotation(Annotation annotation) {
        String values = Arrays.stream(annotation.annotationType().getDeclaredMethods())
                .filter(method -> method.getReturnType().isEnum())
                .map(method -> {
                    try {
                        return String.valueOf(method.invoke(annotation));
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .sorted()
                .collect(Collectors.joining(", "));
        return " @" + annotation.annotationType().getSimpleName() + (values.isEmpty() ? "" : "(" + values + ")");
    }
}
