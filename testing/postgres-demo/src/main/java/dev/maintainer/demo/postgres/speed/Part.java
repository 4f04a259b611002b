package dev.maintainer.demo.postgres.speed;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What can be measured alone. */
enum Part {
    INSERTS,
    TPCB,
    LARGE,
    READER,
    SNAPSHOT,
    FENCE,
    MOVE,
    SMALL,
    TABLES;

    private static final int ROWS_OF_A_TRANSACTION = 100;

    /** {@return what measures some parts, in its order} */
    static List<Trial> trials(Set<Part> parts, SpeedServers servers, SpeedOptions options) {
        List<Trial> trials = new ArrayList<>();
        List<Load> loads = loads(parts, options);
        if (!loads.isEmpty()) {
            trials.add(new ThroughputTrial(servers, options, loads));
        }
        for (Part part : values()) {
            if (parts.contains(part)) {
                switch (part) {
                    case READER -> trials.add(new ReaderTrial(servers, options));
                    case SNAPSHOT -> {
                        trials.add(new SnapshotTrial(servers, options, false));
                        trials.add(new SnapshotTrial(servers, options, true));
                    }
                    case FENCE -> trials.add(new FenceTrial(servers, options));
                    case MOVE -> trials.add(new MoveTrial(servers, options));
                    case SMALL -> trials.add(new SmallTablesTrial(servers, options));
                    case TABLES -> trials.add(new ManyTablesTrial(servers, options));
                    case INSERTS, TPCB, LARGE -> {
                        // They are loads of one trial.
                    }
                }
            }
        }
        return trials;
    }

    private static List<Load> loads(Set<Part> parts, SpeedOptions options) {
        int rows = options.rows();
        List<Load> loads = new ArrayList<>();
        if (parts.contains(INSERTS)) {
            loads.add(new InsertLoad(
                    "inserts, 100 a transaction, one span", "one", rows, ROWS_OF_A_TRANSACTION, false, "0.50"));
            loads.add(new InsertLoad(
                    "inserts, 100 a transaction, two spans", "two", rows, ROWS_OF_A_TRANSACTION, true, "0.65"));
        }
        if (parts.contains(TPCB)) {
            loads.add(new PaymentLoad(options.transactions(), "0.95"));
        }
        if (parts.contains(LARGE)) {
            int all = options.largeRows();
            loads.add(new InsertLoad("inserts, all in one transaction", "large", all, all, false, ""));
        }
        return loads;
    }
}
