/** A fixture. */
@NullMarked
package com.acme.cdc.two;

import org.jspecify.annotations.NullMarked;
