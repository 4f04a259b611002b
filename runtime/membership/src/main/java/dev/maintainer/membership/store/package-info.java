/**
 * The store as the machines of membership see it: records with versions, transactions, and sessions to which records may
 * belong. What ZooKeeper offers, in typed values.
 */
@NullMarked
package dev.maintainer.membership.store;

import org.jspecify.annotations.NullMarked;
