package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the modules export, which the compiler enforces on the module path only.
 *
 * @param modules the root packages of the modules whose packages are looked at
 * @param exports what each of them exports to everybody; a module that is missing has no descriptor that can be read
 */
record ExportedPackages(Collection<String> modules, Map<String, Set<String>> exports) {
    /** Reads the descriptors on the class path or module path; the name of a module is its root package. */
    static ExportedPackages ofModules(Collection<String> modules) {
        Map<String, Set<String>> exports = new TreeMap<>();
        try {
            for (URL url :
                    Collections.list(ExportedPackages.class.getClassLoader().getResources("module-info.class"))) {
                try (InputStream in = url.openStream()) {
                    ModuleDescriptor descriptor = ModuleDescriptor.read(in);
                    if (modules.contains(descriptor.name())) {
                        exports.put(descriptor.name(), toEverybody(descriptor));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the module descriptors on the class path", e);
        }
        return new ExportedPackages(modules, exports);
    }

    private static Set<String> toEverybody(ModuleDescriptor descriptor) {
        Set<String> packages = new TreeSet<>();
        descriptor.exports().stream()
                .filter(exports -> !exports.isQualified())
                .forEach(exports -> packages.add(exports.source()));
        return packages;
    }

    /** Classes of {@code user} depend, in other modules, on exported packages only. */
    ArchRule usedBy(String user) {
        return ArchRuleDefinition.classes()
                .that()
                .resideInAPackage(user + "..")
                .should(new ArchCondition<>("depend on exported packages only") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                            for (String violation : violations(user, dependency.getTargetClass())) {
                                events.add(SimpleConditionEvent.violated(
                                        dependency, dependency.getDescription() + ": " + violation));
                            }
                        }
                    }
                })
                .because("what a module does not export may change in any release");
    }

    private List<String> violations(String user, JavaClass target) {
        String name = target.getBaseComponentType().getPackageName();
        List<String> violations = new ArrayList<>();
        for (String module : modules) {
            if (module.equals(user) || !CommonRules.isIn(module, name)) {
                continue;
            }
            Set<String> exported = exports.get(module);
            if (exported == null) {
                violations.add("no descriptor of module " + module + " can be read, so nobody knows what it exports");
            } else if (!exported.contains(name)) {
                violations.add("module " + module + " does not export " + name);
            }
        }
        return violations;
    }
}
