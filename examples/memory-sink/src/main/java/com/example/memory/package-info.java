/** A sink that keeps the tables in memory. */
package com.example.memory;
