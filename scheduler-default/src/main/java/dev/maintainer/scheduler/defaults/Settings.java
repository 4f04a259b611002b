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
        return new Settings(batchSize == null ? Integer.MAX_VALUE : positive(scheduler, batchSize));
    }

    Budget limit(Budget budget) {
        int decisions = Math.min(batchSize, budget.maxDecisions());
        return new Budget(decisions, Math.min(decisions, budget.maxMoves()), budget.maxInFlightPerNode());
    }

    private static int positive(String scheduler, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw notANumber(scheduler, value, e);
        }
        throw notANumber(scheduler, value, null);
    }

    private static MaintainerException notANumber(
            String scheduler, String value, @Nullable NumberFormatException cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "'scheduler." + scheduler + "." + BATCH_SIZE + "' is '" + value + "'; use a number from 1 to "
                        + Integer.MAX_VALUE,
                cause);
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }
}
