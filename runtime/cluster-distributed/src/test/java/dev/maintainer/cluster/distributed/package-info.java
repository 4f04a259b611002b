@NullMarked
package dev.maintainer.cluster.distributed;

import org.jspecify.annotations.NullMarked;
