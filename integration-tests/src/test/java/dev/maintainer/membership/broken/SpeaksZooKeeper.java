package dev.maintainer.membership.broken;

import org.apache.zookeeper.data.Stat;

/** A machine that knows the client of a store. */
public record SpeaksZooKeeper(Stat used) {}
