@NullMarked
package dev.maintainer.cluster.zookeeper.record;

import org.jspecify.annotations.NullMarked;
