package dev.maintainer.architecture;

import com.tngtech.archunit.lang.ArchRule;

/**
 * A rule under the name that reports and golden lists know it by. One thread at a time
 * may evaluate it; different rules may run at once.
 *
 * @param name unique within its rule set
 * @param rule passes on an empty set of classes: {@link RuleSet} checks on its own that there are classes
 */
public record NamedRule(String name, ArchRule rule) {
    /**
     * Lets the rule pass when none of the classes is its business.
     *
     * @param name unique within its rule set
     * @param rule passes from now on if none of the classes is its business
     */
    public NamedRule {
        rule = rule.allowEmptyShould(true);
    }
}
