package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Budget;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of both built-in planners.
 *
 * @param batchSize most decisions in one plan, next to what the budget allows
 */
record Settings(int batchSize) {
    static final String BATCH_SIZE = "batch-size";

    static Settings parse(String scheduler, SortedMap<String, String> configuration) {
        for (String key : configuration.keySet()) {
            if (!key.equals(BATCH_SIZE)) {
                throw bad("unknown key 'scheduler." + scheduler + "." + key + "'; the known keys are: " + BATCH_SIZE);
            }
        }
        String batchSize = configuration.get(BATCH_SIZE);
        return new Settings(
                batchSize == null
                        ? Integer.MAX_VALUE
                        : (int) number(scheduler, BATCH_SIZE, batchSize, 1, Integer.MAX_VALUE));
    }

    Budget limit(Budget budget) {
        int decisions = Math.min(batchSize, budget.maxDecisions());
        return new Budget(decisions, Math.min(decisions, budget.maxMoves()), budget.maxInFlightPerNode());
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }

    /** A number from the configuration, or a refusal that says which there may be. */
    static long number(String scheduler, String key, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(scheduler, key, value, least, most, e);
        }
        throw bad(scheduler, key, value, least, most, null);
    }

    private static MaintainerException bad(
            String scheduler, String key, String value, long least, long most, @Nullable NumberFormatException cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "'scheduler." + scheduler + "." + key + "' is '" + value + "'; use a number from " + least + " to "
                        + most,
                cause);
    }
}
