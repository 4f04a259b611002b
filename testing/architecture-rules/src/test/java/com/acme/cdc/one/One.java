package com.acme.cdc.one;

import com.acme.cdc.two.Two;

/** Half of a cycle. */
public record One(Two two) {}
