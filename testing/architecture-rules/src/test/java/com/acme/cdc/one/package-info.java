/** A fixture. */
@NullMarked
package com.acme.cdc.one;

import org.jspecify.annotations.NullMarked;
