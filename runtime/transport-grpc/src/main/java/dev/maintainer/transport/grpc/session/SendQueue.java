package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.message.Message;
import dev.maintainer.transport.grpc.frame.ByteBudget;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one lane that wait for a peer: in order, bounded by number and by bytes. When it is full, a message that
 * can stand for one that waits takes its part, at its own place, so nothing overtakes anything; only what finds no such
 * message is refused.
 *
 * @since 0.1.0
 */
public final class SendQueue {
    /** How many messages may wait. */
    public static final int MAX_MESSAGES = 16_384;
    /** How long a message may wait for a session. */
    public static final long MAX_WAIT_MILLIS = 2_000;

    private static final int SLACK = 64;

    /** What became of a message that was offered. */
    public enum Outcome {
        /** It waits. */
        QUEUED,
        /** It waits, and stands for an earlier one. */
        JOINED,
        /** There is no room for it. */
        CONGESTED
    }

    /** A message that waits. One that another stands for is gone, but keeps its place until the queue gets there. */
    private static final class Entry {
        private final Message message;
        private final @Nullable Object key;
        private final long bytes;
        private final long sinceMillis;
        private boolean gone;

        Entry(Message message, @Nullable Object key, long sinceMillis) {
            this.message = message;
            this.key = key;
            this.bytes = MessageSize.of(message);
            this.sinceMillis = sinceMillis;
        }
    }

    private final int maxMessages;
    private final long maxBytes;
    private final ByteBudget budget;
    private final Queue<Entry> entries = new ArrayDeque<>();
    /** The last message that waits, of those that a later one can stand for. */
    private final Map<Object, Entry> latest = new HashMap<>();

    private int size;
    private long bytes;

    /**
     * An empty queue.
     *
     * @param lane whose messages wait here
     * @param budget what the queues of all peers may hold together
     */
    public SendQueue(Lane lane, ByteBudget budget) {
        this(MAX_MESSAGES, lane.maxBytes(), budget);
    }

    SendQueue(int maxMessages, long maxBytes, ByteBudget budget) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /**
     * Puts a message at the end.
     *
     * @param message any message of the lane
     * @param nowMillis monotonic
     * @return what became of it
     */
    public Outcome offer(Message message, long nowMillis) {
        Entry entry = new Entry(message, QueuedReports.key(message), nowMillis);
        if (size < maxMessages && entry.bytes <= maxBytes - bytes && budget.take(entry.bytes)) {
            add(entry);
            return Outcome.QUEUED;
        }
        Entry former = entry.key == null ? null : latest.get(entry.key);
        if (former == null) {
            return Outcome.CONGESTED;
        }
        Entry joined = new Entry(QueuedReports.join(former.message, message), entry.key, nowMillis);
        // Where both together find no room, the later one alone may: the earlier one is lost then, not the later one.
        return replace(former, joined) || replace(former, entry) ? Outcome.JOINED : Outcome.CONGESTED;
    }

    private void add(Entry entry) {
        entries.add(entry);
        size++;
        bytes += entry.bytes;
        if (entry.key != null) {
            latest.put(entry.key, entry);
        }
        Object overtaken = QueuedReports.separates(entry.message);
        if (overtaken != null) {
            latest.remove(overtaken);
        }
    }

    private boolean replace(Entry former, Entry entry) {
        long more = entry.bytes - former.bytes;
        if (more > maxBytes - bytes || (more > 0 && !budget.take(more))) {
            return false;
        }
        if (more < 0) {
            budget.giveBack(-more);
        }
        former.gone = true;
        size--;
        bytes -= former.bytes;
        add(entry);
        if (entries.size() > 2 * size + SLACK) {
            entries.removeIf(each -> each.gone);
        }
        return true;
    }

    /** {@return the message that waits longest, which waits no more; null if none does} */
    public @Nullable Message poll() {
        Entry entry = entries.poll();
        while (entry != null && entry.gone) {
            entry = entries.poll();
        }
        if (entry == null) {
            return null;
        }
        release(entry);
        return entry.message;
    }

    /**
     * Drops what has waited for too long. For times without a session only.
     *
     * @param nowMillis monotonic
     * @return how many messages were dropped
     */
    public int expire(long nowMillis) {
        int dropped = 0;
        Entry oldest = entries.peek();
        while (oldest != null && (oldest.gone || nowMillis - oldest.sinceMillis >= MAX_WAIT_MILLIS)) {
            entries.remove();
            if (!oldest.gone) {
                release(oldest);
                dropped++;
            }
            oldest = entries.peek();
        }
        return dropped;
    }

    /** {@return how many messages were dropped: all that waited} */
    public int clear() {
        int dropped = size;
        budget.giveBack(bytes);
        entries.clear();
        latest.clear();
        size = 0;
        bytes = 0;
        return dropped;
    }

    private void release(Entry entry) {
        size--;
        bytes -= entry.bytes;
        budget.giveBack(entry.bytes);
        if (entry.key != null) {
            latest.remove(entry.key, entry);
        }
    }

    /** {@return how many messages wait} */
    public int size() {
        return size;
    }

    /**
     * {@return for how long the oldest message waits, in milliseconds; 0 if none does}
     *
     * @param nowMillis monotonic
     */
    public long oldestMillis(long nowMillis) {
        for (Entry entry : entries) {
            if (!entry.gone) {
                return Math.max(0, nowMillis - entry.sinceMillis);
            }
        }
        return 0;
    }

    /** {@return at most how many bytes the messages that wait have} */
    public long bytes() {
        return bytes;
    }
}
