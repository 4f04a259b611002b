package dev.maintainer.node.run;

import dev.maintainer.admin.TableDirectory;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.runtime.plugin.Schedulers;

/**
 * The cluster of a run, and what people need to ask it something.
 *
 * @param schedulers those that are known
 * @param tables those that can be named
 * @param statistics how much work spans are
 */
public record RunningCluster(
        EmbeddedCluster cluster, Schedulers schedulers, TableDirectory tables, SpanStatistics statistics) {}
