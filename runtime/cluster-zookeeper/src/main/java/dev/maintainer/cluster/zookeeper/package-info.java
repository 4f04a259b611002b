/** The store of a cluster in ZooKeeper: sessions, transactions and reads in typed values, and nothing that decides. */
@NullMarked
package dev.maintainer.cluster.zookeeper;

import org.jspecify.annotations.NullMarked;
