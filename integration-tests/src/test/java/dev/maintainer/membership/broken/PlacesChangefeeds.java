package dev.maintainer.membership.broken;

import dev.maintainer.coordinator.ChangefeedView;

/** A membership that knows what the leader does. */
public record PlacesChangefeeds(ChangefeedView used) {}
