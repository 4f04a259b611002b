package dev.maintainer.connector.files.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many histories of processes that share a sink: what the protocol promises holds in all, and not without any of its parts. */
class ClaimsSearchTest {
    private static final int HISTORIES = 1_500;
    private static final int HISTORIES_TO_FIND = 6_000;

    private static Claims right(ModelDisk.View files, String process) throws IOException {
        return new Claims(files, "feed", "feed", process);
    }

    /** One part of the protocol that is missing. */
    enum Planted {
        LENGTH_BEFORE_NOTE {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    void sealForeign(SegmentName name, Optional<Claim> claim) throws IOException {
                        Extent extent = files.measure(name.file(SegmentName.LOG));
                        leaveNote(name, claim);
                        seal(name, extent, true);
                    }
                };
            }
        },
        LENGTH_FROM_A_HANDLE {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    boolean yields(Claim earlier, Claim later) {
                        files.measureCached(new SegmentName("1", earlier.seq()).file(SegmentName.LOG));
                        return super.yields(earlier, later);
                    }

                    @Override
                    void sealForeign(SegmentName name, Optional<Claim> claim) throws IOException {
                        leaveNote(name, claim);
                        seal(name, files.measureCached(name.file(SegmentName.LOG)), true);
                    }
                };
            }
        },
        SEAL_BY_DISPATCHER {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    boolean yields(Claim earlier, Claim later) {
                        return super.yields(earlier, later)
                                && earlier.dispatcher().equals(later.dispatcher());
                    }
                };
            }
        },
        REPORT_WITHOUT_LOOK {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    void look() {}
                };
            }
        },
        LOOK_CACHED {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    private int asked;

                    @Override
                    void look() throws IOException {
                        if (asked++ % 2 == 0) {
                            super.look();
                        }
                    }
                };
            }
        },
        EPOCH_ONLY_BEFORE_THE_LINK {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    void refuseOvertaken(long accepted) {}
                };
            }
        },
        ROLLS_THOUGH_SUPERSEDED {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    boolean isSupersededBefore(Opening present, Opening next) {
                        return false;
                    }
                };
            }
        },
        WRITES_AFTER_A_FAILURE {
            @Override
            Claims of(ModelDisk.View files, String process) throws IOException {
                return new Claims(files, "feed", "feed", process) {
                    @Override
                    void fail(Opening opening) {}
                };
            }
        };

        abstract Claims of(ModelDisk.View files, String process) throws IOException;
    }

    @Test
    @DisplayName(
            "what was reported counts, now and later; nothing counts at two lengths; claims have no holes; epochs rise")
    void everythingHolds() throws Throwable {
        int reports = 0;
        int rolls = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            try {
                ClaimsSearch search = new ClaimsSearch(seed, ClaimsSearchTest::right);
                reports += search.run();
                rolls += search.rolls();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(reports).as("histories in which something happens").isGreaterThan(HISTORIES);
        assertThat(rolls).as("logs that were followed by another one").isGreaterThan(HISTORIES / 10);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("each part of the protocol is needed: without it the search finds a history that is wrong")
    void plantedIsFound(Planted planted) throws Throwable {
        for (long seed = 1; seed <= HISTORIES_TO_FIND; seed++) {
            try {
                new ClaimsSearch(seed, planted::of).run();
            } catch (AssertionError found) {
                return;
            }
        }
        throw new AssertionError(planted + " was not found in " + HISTORIES_TO_FIND + " histories");
    }
}
