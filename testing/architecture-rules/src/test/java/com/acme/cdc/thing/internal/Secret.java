package com.acme.cdc.thing.internal;

/** Not for others. */
public record Secret(int value) {}
