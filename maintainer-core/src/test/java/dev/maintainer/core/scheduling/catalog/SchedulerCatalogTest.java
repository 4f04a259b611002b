package dev.maintainer.core.scheduling.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchedulerCatalogTest {
    private static final int LEVEL = SpiLevel.CURRENT.value();

    @Test
    void findsTheBuiltInSchedulers() {
        SchedulerCatalog catalog = SchedulerCatalog.discover(getClass().getClassLoader());

        assertThat(catalog.names()).contains("balance", "basic");
        assertThat(catalog.descriptors()).extracting(SchedulerDescriptor::name).contains("balance", "basic");
        assertThat(catalog.create("balance", new TreeMap<>())).isNotNull();
    }

    @Test
    void makesAPlannerWithItsConfiguration() {
        SchedulerCatalog catalog = catalog(found(() -> new Good("good")));

        Plan plan = catalog.create("good", new TreeMap<>(Map.of("key", "value")))
                .plan(NoSnapshot.INSTANCE, new Budget(0, 0, 0));

        assertThat(plan.reason().text()).isEqualTo("{key=value}");
    }

    @Test
    void refusesAnUnknownNameWithWhatWasFound() {
        MaintainerException refusal =
                refusalOf(() -> catalog(found(() -> new Good("good"))).create("god", new TreeMap<>()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_SCHEDULER);
        assertThat(refusal).hasMessage("no scheduler is called 'god', did you mean 'good'?; there are good");
    }

    @Test
    void saysSoIfThereIsNoSchedulerAtAll() {
        assertThat(refusalOf(() -> catalog().create("any", new TreeMap<>())))
                .hasMessage("no scheduler is called 'any'; there is none");
    }

    @Test
    void refusesANameThatTwoClaimAndNamesBoth() {
        MaintainerException refusal =
                refusalOf(() -> catalog(found(() -> new Good("same")), found(() -> new Other("same"))));

        assertThat(refusal.code()).isEqualTo(ErrorCode.DUPLICATE_SCHEDULER);
        assertThat(refusal)
                .hasMessageContaining("'same'")
                .hasMessageContaining(Good.class.getName())
                .hasMessageContaining(Other.class.getName());
    }

    @Test
    void namesEveryCulpritInOneRefusal() {
        MaintainerException refusal = refusalOf(() -> catalog(
                found(() -> {
                    throw new ServiceConfigurationError("wrapped", new IllegalStateException("bad constructor"));
                }),
                found(() -> new Throwing(new IllegalStateException("no descriptor"))),
                found(() -> new Throwing(new NoSuchMethodError("old jar"))),
                found(() -> new Describing(null)),
                found(() -> new Describing(SchedulerDescriptor.named("next").builtFor(SpiLevel.of(LEVEL + 1)))),
                found(() -> new Good("twice")),
                found(() -> new Other("twice")),
                found(() -> new Good("innocent"))));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BROKEN_SCHEDULER);
        assertThat(refusal)
                .hasMessageContaining("bad constructor")
                .hasMessageContaining("no descriptor")
                .hasMessageContaining("old jar")
                .hasMessageContaining("descriptor() returned null")
                .hasMessageContaining("'next' is built for level " + (LEVEL + 1))
                .hasMessageContaining("'twice' is claimed by more than one provider");
        assertThat(refusal.getMessage()).doesNotContain("innocent");
    }

    @Test
    void aServicesFileThatNamesNoClassIsAProblemAndNotTheEndOfTheSearch() {
        Iterator<ServiceLoader.Provider<SchedulerProvider>> damaged = new Iterator<>() {
            private int step;

            @Override
            public boolean hasNext() {
                if (step++ == 0) {
                    throw new ServiceConfigurationError("Provider no.such.Planner not found");
                }
                return step <= 3;
            }

            @Override
            public ServiceLoader.Provider<SchedulerProvider> next() {
                if (step > 3) {
                    throw new NoSuchElementException();
                }
                return found(() -> new Good("same"));
            }
        };

        MaintainerException refusal = refusalOf(() -> SchedulerCatalog.of(() -> damaged));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BROKEN_SCHEDULER);
        assertThat(refusal).hasMessageContaining("no.such.Planner").hasMessageContaining("'same' is claimed");
    }

    @Test
    void discoveryEndsEvenIfTheErrorsDoNot() {
        Iterator<ServiceLoader.Provider<SchedulerProvider>> endless = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new ServiceConfigurationError("again");
            }

            @Override
            public ServiceLoader.Provider<SchedulerProvider> next() {
                throw new NoSuchElementException();
            }
        };

        assertThat(refusalOf(() -> SchedulerCatalog.of(() -> endless)).code()).isEqualTo(ErrorCode.BROKEN_SCHEDULER);
    }

    @Test
    void aProviderThatFailsToMakeAPlannerIsNamed() {
        SchedulerCatalog catalog = catalog(found(() -> new Describing(SchedulerDescriptor.named("lazy"))));

        MaintainerException refusal = refusalOf(() -> catalog.create("lazy", new TreeMap<>()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BROKEN_SCHEDULER);
        assertThat(refusal).hasMessageContaining(Describing.class.getName());
    }

    @Test
    void anUndeclaredKeyIsRefusedBeforeThePlugInIsAsked() {
        SchedulerCatalog catalog = catalog(
                found(() -> new Describing(SchedulerDescriptor.named("lazy").accepts("max-skew", "how far apart"))));

        MaintainerException refusal =
                refusalOf(() -> catalog.create("lazy", new TreeMap<>(Map.of("max-skw", "1", "colour", "red"))));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION);
        assertThat(refusal)
                .hasMessageContaining("'lazy' has no key 'colour'")
                .hasMessageContaining("no key 'max-skw', did you mean 'max-skew'?");
    }

    @Test
    void aMistypedNameGetsTheNearestOne() {
        assertThat(refusalOf(() -> catalog(found(() -> new Good("spread"))).create("spraed", new TreeMap<>())))
                .hasMessageContaining("did you mean 'spread'?");
    }

    @Test
    void aPlannerSeesLabelsFromLevelTwoOn() {
        SchedulerCatalog catalog = catalog(
                found(() -> new Looking(SchedulerDescriptor.named("one").builtFor(SpiLevel.of(1)))),
                found(() -> new Looking(SchedulerDescriptor.named("two")
                        .builtFor(SpiLevel.of(2))
                        .needs(SnapshotFeature.NODE_LABELS))));
        SchedulingSnapshot snapshot =
                new FakeCluster().nodes("a").label("a", "zone", "east").snapshot();

        assertThat(catalog.entries()).extracting(entry -> entry.level().value()).containsExactly(1, 2);
        assertThat(catalog.create("one", new TreeMap<>())
                        .plan(snapshot, new Budget(0, 0, 0))
                        .reason()
                        .text())
                .isEqualTo("[{}]");
        assertThat(catalog.create("two", new TreeMap<>())
                        .plan(snapshot, new Budget(0, 0, 0))
                        .reason()
                        .text())
                .isEqualTo("[{zone=east}]");
    }

    @Test
    void whatThisHostDoesNotHaveIsARefusalWithTheClass() {
        HostOffer bare = HostOffer.of(SpiLevel.of(1), SpiLevel.of(2), List.of(), List.of());
        SchedulerDescriptor needy =
                SchedulerDescriptor.named("needy").builtFor(SpiLevel.of(2)).needs(SnapshotFeature.NODE_LABELS);

        assertThat(refusalOf(() -> SchedulerCatalog.of(List.of(found(() -> new Looking(needy))), bare)))
                .hasMessageContaining(Looking.class.getName())
                .hasMessageContaining("'needy' needs [NODE_LABELS]");
    }

    @Test
    void namesOfBuiltInSchedulersAreReserved() {
        MaintainerException refusal = refusalOf(() -> SchedulerCatalog.discover(
                getClass().getClassLoader(),
                List.of(found(() -> new Good("balance"))),
                List.of("bad.jar is no zip file"),
                provider -> provider));

        assertThat(refusal)
                .hasMessageContaining("bad.jar is no zip file")
                .hasMessageContaining("'balance' is that of a built-in scheduler, and also claimed by ['balance' ("
                        + Good.class.getName());
    }

    @Test
    void theGuardIsAroundEveryProviderAndHidesNoOrigin() {
        SchedulerCatalog catalog = SchedulerCatalog.discover(
                getClass().getClassLoader(), List.of(), List.of(), provider -> new SchedulerProvider() {
                    @Override
                    public SchedulerDescriptor descriptor() {
                        return provider.descriptor().describedAs("guarded");
                    }

                    @Override
                    public Scheduler create(SortedMap<String, String> configuration) {
                        return provider.create(configuration);
                    }
                });

        assertThat(catalog.descriptors())
                .isNotEmpty()
                .allMatch(each -> each.description().equals("guarded"));
        assertThat(catalog.entries()).extracting(CatalogEntry::origin).noneMatch(each -> each.contains("Test"));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private static SchedulerCatalog catalog(ServiceLoader.Provider<SchedulerProvider>... found) {
        return SchedulerCatalog.of(List.of(found));
    }

    private static MaintainerException refusalOf(Supplier<?> action) {
        return catchThrowableOfType(MaintainerException.class, action::get);
    }

    private static ServiceLoader.Provider<SchedulerProvider> found(Supplier<SchedulerProvider> constructor) {
        return new ServiceLoader.Provider<>() {
            @Override
            public Class<? extends SchedulerProvider> type() {
                return Good.class;
            }

            @Override
            public SchedulerProvider get() {
                return constructor.get();
            }
        };
    }

    private static class Good implements SchedulerProvider {
        private final String name;

        Good(String name) {
            this.name = name;
        }

        @Override
        public SchedulerDescriptor descriptor() {
            return SchedulerDescriptor.named(name).describedAs("for the test").accepts("key", "nothing");
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            String text = configuration.toString();
            return (snapshot, budget) -> Plan.keep(new Reason("TEST", text));
        }
    }

    private static final class Other extends Good {
        Other(String name) {
            super(name);
        }
    }

    private record Throwing(Throwable failure) implements SchedulerProvider {
        @Override
        public SchedulerDescriptor descriptor() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            throw new IllegalStateException("not reached");
        }
    }

    @SuppressWarnings("NullAway") // plug-ins need not be null-checked
    private static final class Describing implements SchedulerProvider {
        private final SchedulerDescriptor descriptor;

        Describing(@Nullable SchedulerDescriptor descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public SchedulerDescriptor descriptor() {
            return descriptor;
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            throw new IllegalStateException("cannot");
        }
    }

    /** Tells which labels its planner sees. */
    private record Looking(SchedulerDescriptor descriptor) implements SchedulerProvider {
        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            return (snapshot, budget) -> Plan.keep(new Reason(
                    "TEST",
                    snapshot.nodes().stream().map(NodeView::labels).toList().toString()));
        }
    }

    /** Only passed on, never read. */
    private static final class NoSnapshot {
        @SuppressWarnings("NullAway")
        private static final SchedulingSnapshot INSTANCE = null;
    }
}
