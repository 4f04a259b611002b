/** A metadata store on a local directory. The only place of this module that does I/O. */
@NullMarked
package dev.maintainer.coordinator.store;

import org.jspecify.annotations.NullMarked;
