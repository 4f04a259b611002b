package dev.maintainer.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.maintainer.admin.broken.AsksTheBuiltIns;
import dev.maintainer.admin.broken.AsksTheEmbeddedCluster;
import dev.maintainer.architecture.MaintainerRules;
import dev.maintainer.architecture.RuleSet;
import dev.maintainer.cluster.distributed.broken.KnowsTheEmbeddedCluster;
import dev.maintainer.cluster.embedded.broken.AnswersTheAdminInterface;
import dev.maintainer.cluster.zookeeper.broken.KnowsTheNode;
import dev.maintainer.connector.changelog.broken.ReadsInTheCore;
import dev.maintainer.connector.files.broken.WritesInTheCore;
import dev.maintainer.connector.postgres.broken.CopiesInTheCore;
import dev.maintainer.membership.broken.PlacesChangefeeds;
import dev.maintainer.membership.broken.SpeaksZooKeeper;
import dev.maintainer.node.broken.AsksADatabase;
import dev.maintainer.node.broken.CountsWithMicrometer;
import dev.maintainer.node.broken.SpeaksGrpc;
import dev.maintainer.replication.broken.StreamsFromTheCore;
import dev.maintainer.runtime.broken.KeepsProtobuf;
import dev.maintainer.runtime.broken.OffersTheAdminInterface;
import dev.maintainer.whatif.broken.PlansOnANode;
import dev.maintainer.whatif.broken.PlansWithBuiltIns;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain Jupiter tests: rules that are declared as fields may silently not run. */
class ArchitectureTest {
    private static final RuleSet RULES = MaintainerRules.all();
    private static final JavaClasses PRODUCTION = RULES.classes();

    @TestFactory
    Stream<DynamicTest> rules() {
        return RULES.tests(PRODUCTION);
    }

    @Test
    void theNamesOfTheExecutedRulesAreTheGoldenList() {
        assertThat(RULES.check(PRODUCTION))
                .containsExactly(
                        "direction of dev.maintainer.api",
                        "no cycles in dev.maintainer.api",
                        "internals of dev.maintainer.api",
                        "exported packages only in dev.maintainer.api",
                        "direction of dev.maintainer.scheduler.spi",
                        "no cycles in dev.maintainer.scheduler.spi",
                        "internals of dev.maintainer.scheduler.spi",
                        "exported packages only in dev.maintainer.scheduler.spi",
                        "direction of dev.maintainer.scheduler.defaults",
                        "no cycles in dev.maintainer.scheduler.defaults",
                        "internals of dev.maintainer.scheduler.defaults",
                        "exported packages only in dev.maintainer.scheduler.defaults",
                        "direction of dev.maintainer.operator",
                        "no cycles in dev.maintainer.operator",
                        "internals of dev.maintainer.operator",
                        "exported packages only in dev.maintainer.operator",
                        "direction of dev.maintainer.core",
                        "no cycles in dev.maintainer.core",
                        "internals of dev.maintainer.core",
                        "exported packages only in dev.maintainer.core",
                        "direction of dev.maintainer.dispatcher",
                        "no cycles in dev.maintainer.dispatcher",
                        "internals of dev.maintainer.dispatcher",
                        "exported packages only in dev.maintainer.dispatcher",
                        "direction of dev.maintainer.coordinator",
                        "no cycles in dev.maintainer.coordinator",
                        "internals of dev.maintainer.coordinator",
                        "exported packages only in dev.maintainer.coordinator",
                        "direction of dev.maintainer.membership",
                        "no cycles in dev.maintainer.membership",
                        "internals of dev.maintainer.membership",
                        "exported packages only in dev.maintainer.membership",
                        "direction of dev.maintainer.replication",
                        "no cycles in dev.maintainer.replication",
                        "internals of dev.maintainer.replication",
                        "exported packages only in dev.maintainer.replication",
                        "direction of dev.maintainer.connector.changelog",
                        "no cycles in dev.maintainer.connector.changelog",
                        "internals of dev.maintainer.connector.changelog",
                        "exported packages only in dev.maintainer.connector.changelog",
                        "direction of dev.maintainer.connector.files",
                        "no cycles in dev.maintainer.connector.files",
                        "internals of dev.maintainer.connector.files",
                        "exported packages only in dev.maintainer.connector.files",
                        "direction of dev.maintainer.connector.postgres",
                        "no cycles in dev.maintainer.connector.postgres",
                        "internals of dev.maintainer.connector.postgres",
                        "exported packages only in dev.maintainer.connector.postgres",
                        "direction of dev.maintainer.runtime",
                        "no cycles in dev.maintainer.runtime",
                        "internals of dev.maintainer.runtime",
                        "exported packages only in dev.maintainer.runtime",
                        "direction of dev.maintainer.cluster.embedded",
                        "no cycles in dev.maintainer.cluster.embedded",
                        "internals of dev.maintainer.cluster.embedded",
                        "exported packages only in dev.maintainer.cluster.embedded",
                        "direction of dev.maintainer.cluster.distributed",
                        "no cycles in dev.maintainer.cluster.distributed",
                        "internals of dev.maintainer.cluster.distributed",
                        "exported packages only in dev.maintainer.cluster.distributed",
                        "direction of dev.maintainer.transport.grpc",
                        "no cycles in dev.maintainer.transport.grpc",
                        "internals of dev.maintainer.transport.grpc",
                        "exported packages only in dev.maintainer.transport.grpc",
                        "direction of dev.maintainer.cluster.zookeeper",
                        "no cycles in dev.maintainer.cluster.zookeeper",
                        "internals of dev.maintainer.cluster.zookeeper",
                        "exported packages only in dev.maintainer.cluster.zookeeper",
                        "direction of dev.maintainer.metrics",
                        "no cycles in dev.maintainer.metrics",
                        "internals of dev.maintainer.metrics",
                        "exported packages only in dev.maintainer.metrics",
                        "direction of dev.maintainer.whatif",
                        "no cycles in dev.maintainer.whatif",
                        "internals of dev.maintainer.whatif",
                        "exported packages only in dev.maintainer.whatif",
                        "direction of dev.maintainer.admin",
                        "no cycles in dev.maintainer.admin",
                        "internals of dev.maintainer.admin",
                        "exported packages only in dev.maintainer.admin",
                        "direction of dev.maintainer.node",
                        "no cycles in dev.maintainer.node",
                        "internals of dev.maintainer.node",
                        "exported packages only in dev.maintainer.node",
                        "direction of dev.maintainer.simulator",
                        "no cycles in dev.maintainer.simulator",
                        "internals of dev.maintainer.simulator",
                        "exported packages only in dev.maintainer.simulator",
                        "direction of dev.maintainer.connector.tck",
                        "no cycles in dev.maintainer.connector.tck",
                        "internals of dev.maintainer.connector.tck",
                        "exported packages only in dev.maintainer.connector.tck",
                        "direction of dev.maintainer.scheduler.tck",
                        "no cycles in dev.maintainer.scheduler.tck",
                        "internals of dev.maintainer.scheduler.tck",
                        "exported packages only in dev.maintainer.scheduler.tck",
                        "direction of dev.maintainer.scheduler.testing",
                        "no cycles in dev.maintainer.scheduler.testing",
                        "internals of dev.maintainer.scheduler.testing",
                        "exported packages only in dev.maintainer.scheduler.testing",
                        "direction of dev.maintainer.architecture",
                        "no cycles in dev.maintainer.architecture",
                        "internals of dev.maintainer.architecture",
                        "exported packages only in dev.maintainer.architecture",
                        "only the gates send",
                        "libraries are pure",
                        "pure packages do not log",
                        "no synchronized methods",
                        "libraries that only dev.maintainer.transport.grpc uses",
                        "libraries that only dev.maintainer.cluster.zookeeper uses",
                        "libraries that only dev.maintainer.metrics uses",
                        "libraries that only dev.maintainer.connector.postgres uses",
                        "libraries that only dev.maintainer.transport.grpc, dev.maintainer.cluster.zookeeper use",
                        "no Guava in the contracts",
                        "contract types say who constructs them",
                        "contract types say how far they may change");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                StreamsFromTheCore.class,
                ReadsInTheCore.class,
                WritesInTheCore.class,
                CopiesInTheCore.class,
                PlansOnANode.class,
                PlansWithBuiltIns.class,
                AsksTheEmbeddedCluster.class,
                AsksTheBuiltIns.class,
                OffersTheAdminInterface.class,
                AnswersTheAdminInterface.class,
                KnowsTheEmbeddedCluster.class,
                KnowsTheNode.class,
                PlacesChangefeeds.class
            })
    void aModuleThatUsesWhatItMayNotIsFound(Class<?> fixture) {
        String module = fixture.getPackageName().replace(".broken", "");

        assertThat(RULES.violations(new ClassFileImporter().importClasses(fixture)))
                .containsOnlyKeys("direction of " + module);
    }

    @Test
    void aModuleThatUsesALibraryOfAnotherIsFound() {
        assertThat(RULES.violations(new ClassFileImporter().importClasses(SpeaksGrpc.class)))
                .containsOnlyKeys("libraries that only dev.maintainer.transport.grpc uses");
        assertThat(RULES.violations(new ClassFileImporter().importClasses(SpeaksZooKeeper.class)))
                .containsOnlyKeys("libraries that only dev.maintainer.cluster.zookeeper uses");
        assertThat(RULES.violations(new ClassFileImporter().importClasses(CountsWithMicrometer.class)))
                .containsOnlyKeys("libraries that only dev.maintainer.metrics uses");
        assertThat(RULES.violations(new ClassFileImporter().importClasses(AsksADatabase.class)))
                .containsOnlyKeys("libraries that only dev.maintainer.connector.postgres uses");
        assertThat(RULES.violations(new ClassFileImporter().importClasses(KeepsProtobuf.class)))
                .containsOnlyKeys(
                        "libraries that only dev.maintainer.transport.grpc, dev.maintainer.cluster.zookeeper use");
    }

    @TestFactory
    Stream<DynamicTest> everyModuleIsThere() {
        return MaintainerRules.DIRECTION.keySet().stream()
                .map(module -> DynamicTest.dynamicTest(
                        module,
                        () -> assertThat(PRODUCTION)
                                .as("classes of %s: check the package name", module)
                                .anyMatch(type -> type.getPackageName().startsWith(module))));
    }

    @Test
    void theExceptionsOfTheGateRuleExist() {
        assertThat(PRODUCTION.contain("dev.maintainer.core.gate.CommandGate")).isTrue();
        assertThat(PRODUCTION.contain("dev.maintainer.core.host.ReportGate")).isTrue();
    }

    @Test
    void moduleDescriptorsKeepTheDirectionAndExportNoInternals() throws IOException {
        SortedMap<String, ModuleDescriptor> descriptors = descriptors();
        SortedMap<String, List<String>> modules = new TreeMap<>(MaintainerRules.DIRECTION);
        modules.keySet().removeAll(MaintainerRules.ON_CLASS_PATH);
        assertThat(descriptors.keySet())
                .containsAll(modules.keySet())
                .doesNotContainAnyElementsOf(MaintainerRules.ON_CLASS_PATH);
        modules.forEach((module, allowed) -> {
            ModuleDescriptor descriptor = Objects.requireNonNull(descriptors.get(module), module);
            List<String> ours = descriptor.requires().stream()
                    .map(ModuleDescriptor.Requires::name)
                    .filter(name -> name.startsWith("dev.maintainer"))
                    .toList();
            assertThat(allowed).as("what %s may require", module).containsAll(ours);
            assertThat(descriptor.exports())
                    .as("exports of %s", module)
                    .noneMatch(exports -> exports.source().contains(".internal") && !exports.isQualified());
        });
    }

    private static SortedMap<String, ModuleDescriptor> descriptors() throws IOException {
        SortedMap<String, ModuleDescriptor> descriptors = new TreeMap<>();
        for (URL url : Collections.list(ArchitectureTest.class.getClassLoader().getResources("module-info.class"))) {
            try (InputStream in = url.openStream()) {
                ModuleDescriptor descriptor = ModuleDescriptor.read(in);
                descriptors.put(descriptor.name(), descriptor);
            }
        }
        return descriptors;
    }
}
