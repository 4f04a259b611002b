package dev.maintainer.architecture;

import com.tngtech.archunit.lang.ArchRule;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rules for those who build on our modules. A module here is a root package, and what it may use of the other modules;
 * our own modules ({@link MaintainerRules#DIRECTION}) are always known. For each module: direction, no cycles between
 * packages, internals, exported packages. The rest is for the packages that are named. Packages of the methods with
 * {@code packages} are ArchUnit's identifiers ({@code "com.acme.cdc.model.."} with sub-packages). Not thread-safe.
 */
public final class ModuleRules {
    private final Map<String, List<String>> direction = new LinkedHashMap<>();
    private final List<NamedRule> more = new ArrayList<>();

    private ModuleRules() {}

    /**
     * The rules of one module.
     *
     * @param module its root package
     * @param mayUse root packages of the modules, ours or its own siblings, that it may use
     * @return rules to add to
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a name is not that of a package
     */
    public static ModuleRules of(String module, String... mayUse) {
        return new ModuleRules().and(module, mayUse);
    }

    static ModuleRules of(Map<String, List<String>> modules) {
        ModuleRules rules = new ModuleRules();
        modules.forEach((module, mayUse) -> rules.and(module, mayUse.toArray(String[]::new)));
        return rules;
    }

    /**
     * Adds a module; no module's root package may contain another's.
     *
     * @param module its root package
     * @param mayUse root packages of the modules, ours or its own siblings, that it may use
     * @return these rules
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a name is not that of a package, or two modules
     *     overlap
     */
    public ModuleRules and(String module, String... mayUse) {
        CommonRules.requirePackage(module);
        for (String other : direction.keySet()) {
            if (CommonRules.isIn(other, module) || CommonRules.isIn(module, other)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "modules " + other + " and " + module + " overlap; give each a root package of its own");
            }
        }
        List<String> allowed = new ArrayList<>();
        for (String other : mayUse) {
            allowed.add(CommonRules.requirePackage(other));
        }
        direction.put(module, List.copyOf(allowed));
        return this;
    }

    /**
     * Classes in a package and below call {@code Transport.send} only if they are gates or transports.
     *
     * @param where a root package
     * @param gates names of classes, whose nested classes may send too; without any, nobody sends
     * @return these rules
     */
    public ModuleRules onlyGatesSend(String where, String... gates) {
        return with("only the gates send", CommonRules.onlyGatesSend(where, List.of(gates)));
    }

    /**
     * The packages read no clock, chance or environment, start no threads, wait for nothing and do no I/O.
     *
     * @param packages patterns of packages, such as {@code com.acme.planner..}
     * @param adapters packages within them that are there to do it
     * @return these rules
     */
    public ModuleRules pure(List<String> packages, List<String> adapters) {
        return with("libraries are pure", CommonRules.pure(adapters, packages));
    }

    /**
     * The packages do not log.
     *
     * @param packages patterns of packages, such as {@code com.acme.planner..}
     * @return these rules
     */
    public ModuleRules silent(List<String> packages) {
        return with("pure packages do not log", CommonRules.silent(packages));
    }

    /**
     * The packages have no synchronized methods.
     *
     * @param packages patterns of packages, such as {@code com.acme.planner..}
     * @return these rules
     */
    public ModuleRules unlocked(List<String> packages) {
        return with("no synchronized methods", CommonRules.noSynchronized(packages));
    }

    /**
     * The packages are contracts, which do not use Guava.
     *
     * @param packages patterns of packages, such as {@code com.acme.planner..}
     * @return these rules
     */
    public ModuleRules contracts(List<String> packages) {
        return with("no Guava in the contracts", CommonRules.noGuava(packages));
    }

    /**
     * Only one module uses some libraries.
     *
     * @param module its root package
     * @param libraries patterns of packages, such as {@code org.apache.kafka..}
     * @return these rules
     */
    public ModuleRules confined(String module, List<String> libraries) {
        return with("libraries that only " + module + " uses", CommonRules.confined(List.of(module), libraries));
    }

    /**
     * Only some modules use some libraries.
     *
     * @param modules their root packages
     * @param libraries patterns of packages, such as {@code org.apache.kafka..}
     * @return these rules
     */
    public ModuleRules confined(List<String> modules, List<String> libraries) {
        return with(
                "libraries that only " + String.join(", ", modules) + " use", CommonRules.confined(modules, libraries));
    }

    /**
     * The public types of the packages say with {@code @ConstructedBy} who constructs them, if anybody can.
     *
     * @param packages patterns of packages, such as {@code com.acme.planner..}
     * @return these rules
     */
    public ModuleRules signed(List<String> packages) {
        return with("contract types say who constructs them", CommonRules.signed(packages));
    }

    /**
     * Adds: public types of these packages carry {@link dev.maintainer.api.annotation.Stability}.
     *
     * @param packages as ArchUnit names them, such as {@code com.acme.api..}
     * @return these rules and that one
     */
    public ModuleRules stable(List<String> packages) {
        return with("contract types say how far they may change", CommonRules.stable(packages));
    }

    /** {@return the rules so far; what is added later is not in them} */
    public RuleSet rules() {
        Set<String> known = new TreeSet<>(MaintainerRules.DIRECTION.keySet());
        known.addAll(direction.keySet());
        ExportedPackages exported = ExportedPackages.ofModules(MaintainerRules.DIRECTION.keySet());
        List<NamedRule> rules = new ArrayList<>();
        direction.forEach((module, mayUse) -> {
            List<String> forbidden = known.stream()
                    .filter(other -> !other.equals(module) && !mayUse.contains(other))
                    .toList();
            rules.add(new NamedRule("direction of " + module, CommonRules.direction(module, forbidden)));
            rules.add(new NamedRule("no cycles in " + module, CommonRules.noCycles(module)));
            rules.add(new NamedRule("internals of " + module, CommonRules.internals(module)));
            rules.add(new NamedRule("exported packages only in " + module, exported.usedBy(module)));
        });
        rules.addAll(more);
        return new RuleSet(List.copyOf(direction.keySet()), rules);
    }

    private ModuleRules with(String name, ArchRule rule) {
        more.add(new NamedRule(name, rule));
        return this;
    }
}
