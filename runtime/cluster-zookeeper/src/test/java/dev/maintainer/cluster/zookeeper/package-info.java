@NullMarked
package dev.maintainer.cluster.zookeeper;

import org.jspecify.annotations.NullMarked;
