/** What processes leave behind, and the checks that hold in every scenario. */
@NullMarked
package dev.maintainer.process.evidence;

import org.jspecify.annotations.NullMarked;
