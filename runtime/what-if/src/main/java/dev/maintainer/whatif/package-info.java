/** What would a scheduler do with a cluster like this? Plans that start nothing, by the same classes as in production. */
@NullMarked
package dev.maintainer.whatif;

import org.jspecify.annotations.NullMarked;
