package com.acme.cdc.two;

import com.acme.cdc.one.One;

/** The other half of the cycle. */
public interface Two {
    /** Back to where it began. */
    One one();
}
