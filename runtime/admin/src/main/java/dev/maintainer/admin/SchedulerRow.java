package dev.maintainer.admin;

import dev.maintainer.core.scheduling.catalog.CatalogEntry;

/**
 * A scheduler of this process.
 *
 * @param entry who it is and where it comes from
 * @param use what it is used for right now: "plans", "shadow", "on trial", or nothing
 */
public record SchedulerRow(CatalogEntry entry, String use) {}
