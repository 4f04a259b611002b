/** Classes that break one architecture rule each, and look-alikes that break none. */
@NullMarked
package com.acme.cdc;

import org.jspecify.annotations.NullMarked;
