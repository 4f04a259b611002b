/**
 * Architecture rules as values: {@link dev.maintainer.architecture.PluginRules} for authors of scheduler plug-ins,
 * {@link dev.maintainer.architecture.ModuleRules} for those who build on the modules, and
 * {@link dev.maintainer.architecture.MaintainerRules}, which are the latter for the modules themselves.
 */
@NullMarked
package dev.maintainer.architecture;

import org.jspecify.annotations.NullMarked;
