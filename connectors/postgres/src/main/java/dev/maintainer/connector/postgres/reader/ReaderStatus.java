package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.MaintainerException;
import org.jspecify.annotations.Nullable;

/**
 * A reader as it was a moment ago.
 *
 * @param state what it does
 * @param detail for people: what it waits for, or why it has failed; empty if there is nothing to say
 * @param failure with which it has failed; null if it has not
 * @param resolvedTs up to which everything was delivered
 * @param confirmedTs up to which the source may forget
 * @param openTransactions transactions of which a part has come
 * @param heldBytes of them in memory
 * @param spooledBytes of them in files
 * @param slot what the slot retains
 */
public record ReaderStatus(
        ReaderState state,
        String detail,
        @Nullable MaintainerException failure,
        long resolvedTs,
        long confirmedTs,
        int openTransactions,
        long heldBytes,
        long spooledBytes,
        SlotStatus slot) {}
