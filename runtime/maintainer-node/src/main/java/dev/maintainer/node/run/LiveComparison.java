package dev.maintainer.node.run;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Delivery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a source and a sink between which a changefeed goes on. What differs may be under way; so it is looked at again, as soon
 * as everything that had been committed is in the sink. What then is the same at both ends as before, and differs still, was not
 * under way. What is another one each time is not decided: its row changes faster than it is compared. Used once, by one thread.
 *
 * <p>A row that goes to and fro between the same two values may be met in the same way each time. So a difference counts only if it
 * was met {@value #LOOKS} times in a row.
 */
public final class LiveComparison {
    /** How often a difference is met before it counts. */
    static final int LOOKS = 3;

    /** So often both ends are read at most. */
    static final int MOST_PASSES = 6;

    /** More are not under way: the tables are still being copied, or are those of something else. */
    static final int MOST_SUSPECTS = 100_000;

    private static final long PAUSE_MILLIS = 200;

    /** Reads both ends. */
    @FunctionalInterface
    public interface Pass {
        /**
         * Compares tables, the source of each before its sink.
         *
         * @param tables which; null for all
         * @param each told what differs
         * @return what was found
         * @throws MaintainerException if they cannot be read
         */
        StateDifference compare(@Nullable Set<TableName> tables, Consumer<StateDifference.Difference> each)
                throws MaintainerException;
    }

    /**
     * What has come of it.
     *
     * @param difference what differs for good
     * @param undecided how many rows were others each time they were looked at
     */
    public record Outcome(StateDifference difference, long undecided) {}

    private record Place(TableName table, @Nullable String key) {}

    /** What is met at a place, and how often in a row. */
    private record Suspect(String both, int looks, String text) {
        Suspect followedBy(@Nullable Suspect now) {
            if (now == null) {
                return new Suspect(both, 0, text);
            }
            return new Suspect(now.both, now.both.equals(both) ? looks + 1 : 1, now.text);
        }
    }

    private final Pass pass;
    private final Delivery delivery;
    private final long patienceMillis;
    private final LongConsumer sleep;
    private final Consumer<String> progress;

    /**
     * Compares nothing yet.
     *
     * @param pass reads both ends
     * @param delivery says how far the changefeed is
     * @param patienceMillis how long to wait until it has delivered what was committed
     * @param sleep waits for so many milliseconds
     * @param progress told what is waited for
     */
    LiveComparison(Pass pass, Delivery delivery, long patienceMillis, LongConsumer sleep, Consumer<String> progress) {
        this.pass = pass;
        this.delivery = delivery;
        this.patienceMillis = patienceMillis;
        this.sleep = sleep;
        this.progress = progress;
    }

    /**
     * Compares until everything is decided, or has been looked at often enough.
     *
     * @param pass reads both ends
     * @param delivery says how far the changefeed is
     * @param patienceMillis how long to wait until it has delivered what was committed; milliseconds
     * @param progress told what is waited for, a line at a time
     * @return what differs
     * @throws DeliveryTimeoutException if the changefeed does not deliver
     * @throws MaintainerException if an end cannot be read
     */
    public static Outcome run(Pass pass, Delivery delivery, long patienceMillis, Consumer<String> progress)
            throws DeliveryTimeoutException, MaintainerException {
        return new LiveComparison(pass, delivery, patienceMillis, LiveComparison::sleep, progress).run();
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Outcome run() throws DeliveryTimeoutException {
        Map<Place, Suspect> suspects = new LinkedHashMap<>();
        StateDifference all = look(null, suspects);
        List<String> lasting = new ArrayList<>();
        long count = 0;
        for (int passes = 1; !suspects.isEmpty() && passes < MOST_PASSES; passes++) {
            boolean tooMany = suspects.size() >= MOST_SUSPECTS;
            if (tooMany && passes >= LOOKS) {
                return new Outcome(all, 0);
            }
            awaitDelivery(suspects.size());
            if (tooMany) {
                // A table whose columns were changed meanwhile differs in all of its rows.
                suspects.clear();
                all = look(null, suspects);
                continue;
            }
            lookAgain(suspects);
            for (Suspect suspect : suspects.values()) {
                if (suspect.looks() >= LOOKS) {
                    count++;
                    if (lasting.size() < StateDifference.SHOWN) {
                        lasting.add(suspect.text());
                    }
                }
            }
            suspects.values().removeIf(suspect -> suspect.looks() >= LOOKS);
        }
        return new Outcome(new StateDifference(all.rows(), count, lasting), suspects.size());
    }

    /** Looks only where something differed: what was equal and is not now is under way. */
    private void lookAgain(Map<Place, Suspect> suspects) {
        Set<TableName> tables = new TreeSet<>();
        suspects.keySet().forEach(place -> tables.add(place.table()));
        Map<Place, Suspect> met = new LinkedHashMap<>();
        StateDifference unused = look(tables, met);
        suspects.replaceAll((place, before) -> before.followedBy(met.get(place)));
        suspects.values().removeIf(suspect -> suspect.looks() == 0);
    }

    private StateDifference look(@Nullable Set<TableName> tables, Map<Place, Suspect> met) {
        return pass.compare(tables, difference -> {
            if (met.size() < MOST_SUSPECTS) {
                met.put(
                        new Place(difference.table(), difference.key()),
                        new Suspect(fingerprint(difference), 1, difference.text()));
            }
        });
    }

    /** Rows may be long, and many. */
    private static String fingerprint(StateDifference.Difference difference) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        for (String end : new @Nullable String[] {difference.expected(), difference.found()}) {
            byte[] bytes = end == null ? new byte[0] : end.getBytes(StandardCharsets.UTF_8);
            digest.update((end == null ? "none" : bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void awaitDelivery(int suspects) throws DeliveryTimeoutException {
        long position = delivery.position();
        progress.accept((suspects == 1 ? "1 difference may be" : suspects + " differences may be")
                + " under way; waits until what is committed up to " + position + " has arrived");
        long waited = 0;
        OptionalLong reached = delivery.deliveredTo();
        while (reached.isEmpty() || reached.getAsLong() < position) {
            if (waited >= patienceMillis || Thread.currentThread().isInterrupted()) {
                throw new DeliveryTimeoutException(
                        "what was committed up to " + position + " has not arrived within " + patienceMillis + " ms; "
                                + (reached.isEmpty()
                                        ? "the changefeed has told the source of nothing that has, so look whether it has that"
                                                + " name and runs"
                                        : "the changefeed has told the source of " + reached.getAsLong()
                                                + ", so look whether its checkpoint rises"));
            }
            sleep.accept(PAUSE_MILLIS);
            waited += PAUSE_MILLIS;
            reached = delivery.deliveredTo();
        }
    }
}
