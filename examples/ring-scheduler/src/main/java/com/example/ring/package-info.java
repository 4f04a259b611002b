/** A scheduler that keeps spans where a hash ring wants them, as far as loads and zones allow. */
package com.example.ring;
