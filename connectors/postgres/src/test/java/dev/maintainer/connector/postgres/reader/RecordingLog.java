package dev.maintainer.connector.postgres.reader;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Keeps what a reader delivers, and refuses whatever breaks the contract. Thread-safe. */
final class RecordingLog implements TransactionLog {
    private static final long MOST_MILLIS = 30_000;

    private final List<String> changes = new ArrayList<>();
    private final List<Long> commits = new ArrayList<>();
    private long resolved;
    private boolean full;
    private boolean isTold;
    private int refusals;
    private String brokenContract = "";

    @Override
    public synchronized void readsFrom(KnownSource source) {
        isTold = true;
    }

    @Override
    public synchronized boolean offer(CommittedTransaction transaction) {
        if (!isTold) {
            brokenContract = "offered " + transaction.commitTs() + ", and was not told what is read";
        }
        if (full) {
            refusals++;
            notifyAll();
            return false;
        }
        if (transaction.commitTs() <= resolved) {
            brokenContract = "offered " + transaction.commitTs() + " after " + resolved;
        }
        resolved = transaction.commitTs();
        commits.add(transaction.commitTs());
        for (TransactionChange change = transaction.next(); change != null; change = transaction.next()) {
            changes.add(Scripted.text(change));
        }
        notifyAll();
        return true;
    }

    @Override
    public synchronized void resolved(long ts) {
        if (ts <= resolved) {
            brokenContract = "resolved " + ts + " after " + resolved;
        }
        resolved = ts;
        notifyAll();
    }

    synchronized void setFull(boolean full) {
        this.full = full;
    }

    synchronized int refusals() {
        return refusals;
    }

    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    synchronized List<Long> commits() {
        return List.copyOf(commits);
    }

    synchronized long resolved() {
        return resolved;
    }

    /** Waits until something is so. */
    synchronized void await(String what, BooleanSupplier condition, Supplier<?> otherwise) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long left = MOST_MILLIS - (System.nanoTime() - start) / 1_000_000;
            if (left <= 0) {
                fail("waited for " + what + "; resolved " + resolved + ", " + changes.size() + " changes, "
                        + otherwise.get());
            }
            try {
                // Some conditions are of others, who do not tell.
                wait(Math.min(left, 20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted while waiting for " + what);
            }
        }
        if (!brokenContract.isEmpty()) {
            fail(brokenContract);
        }
    }
}
