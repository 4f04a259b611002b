package dev.maintainer.connector.files.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many histories of owners that promise: what holds in all does not without any of the parts. */
class PromisesSearchTest {
    private static final int HISTORIES = 2_000;
    private static final int HISTORIES_TO_FIND = 6_000;

    /** One part that is missing. */
    enum Planted {
        FORMER_OWNER_PROMISES {
            @Override
            Promises of(ModelDisk.View files) {
                return new Promises(files, PromisesSearch.KEPT) {
                    @Override
                    boolean isLater(Promise there, long epoch) {
                        return false;
                    }
                };
            }
        },
        NO_LOOK_AFTER_THE_LINK {
            @Override
            Promises of(ModelDisk.View files) {
                return new Promises(files, PromisesSearch.KEPT) {
                    @Override
                    boolean isHighest(long number) throws IOException {
                        super.isHighest(number);
                        return true;
                    }
                };
            }
        };

        abstract Promises of(ModelDisk.View files);
    }

    @Test
    @DisplayName(
            "a promise that was told stays, former owners add nothing, and few files are left, whatever the order of steps")
    void holds() throws Throwable {
        int reports = 0;
        for (long seed = 0; seed < HISTORIES; seed++) {
            reports += run(seed, files -> new Promises(files, PromisesSearch.KEPT));
        }
        assertThat(reports).isGreaterThan(HISTORIES);
    }

    private static int run(long seed, PromisesSearch.Variant variant) throws Throwable {
        try {
            return new PromisesSearch(seed, variant).run();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    @ParameterizedTest
    @EnumSource(Planted.class)
    @DisplayName("each part is needed")
    void found(Planted planted) throws Throwable {
        for (long seed = 0; seed < HISTORIES_TO_FIND; seed++) {
            try {
                new PromisesSearch(seed, planted::of).run();
            } catch (AssertionError e) {
                return;
            }
        }
        throw new AssertionError(planted + " was not found in " + HISTORIES_TO_FIND + " histories");
    }
}
