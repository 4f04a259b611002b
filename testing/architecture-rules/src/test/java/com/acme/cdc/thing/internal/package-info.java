/** A fixture. */
@NullMarked
package com.acme.cdc.thing.internal;

import org.jspecify.annotations.NullMarked;
