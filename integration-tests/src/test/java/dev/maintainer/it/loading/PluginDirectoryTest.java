package dev.maintainer.it.loading;

import static dev.maintainer.it.loading.PluginBuilder.named;
import static dev.maintainer.it.loading.PluginBuilder.plugin;
import static dev.maintainer.it.loading.PluginBuilder.provider;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.runtime.plugin.Deadline;
import dev.maintainer.runtime.plugin.Schedulers;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginDirectoryTest {
    private static final String SPREAD = "com.acme.Spread";
    private static final SortedMap<String, String> NONE = Collections.emptySortedMap();

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("plugins"));
    }

    private Schedulers load(String name) {
        return Schedulers.load(directory, name, NONE);
    }

    private MaintainerException refusal() {
        return refusal("balance", NONE);
    }

    private MaintainerException refusal(String name, SortedMap<String, String> configuration) {
        return catchThrowableOfType(MaintainerException.class, () -> Schedulers.load(directory, name, configuration));
    }

    private static String ask(Schedulers schedulers, String name) {
        FakeCluster cluster = new FakeCluster().nodes("a").label("a", "zone", "east");
        return schedulers
                .create(name)
                .plan(cluster.snapshot(), new Budget(1, 1, 1))
                .reason()
                .text();
    }

    @Test
    void aJarIsFoundByTheNameOfItsSchedulerAndTheBuiltInsAreStillThere() {
        plugin(SPREAD, named("spread"), "snapshot.nodes().get(0).zone()").jar(directory, "spread.jar");

        Schedulers schedulers = load("spread");

        assertThat(schedulers.catalog().names()).contains("spread", "balance", "basic");
        assertThat(schedulers.catalog().entries())
                .anySatisfy(entry -> assertThat(entry.origin()).contains(SPREAD).contains("spread.jar"));
        assertThat(ask(schedulers, "spread")).isEqualTo("east");
    }

    /** A provider with one method, or a constructor, that never returns. */
    private static PluginBuilder hanging(String constructor, String descriptor, String create) {
        return PluginBuilder.empty()
                .source(SPREAD, """
                package com.acme;

                import dev.maintainer.scheduler.spi.*;
                import java.util.SortedMap;

                public final class Spread implements SchedulerProvider {
                    public Spread() { %s }

                    @Override public SchedulerDescriptor descriptor() { %s return SchedulerDescriptor.named("spread"); }

                    @Override public Scheduler create(SortedMap<String, String> configuration) {
                        %s
                        return (snapshot, budget) -> Plan.keep(new Reason("TEST", "kept"));
                    }

                    private static void hang() {
                        while (true) { try { Thread.sleep(1_000); } catch (InterruptedException e) { } }
                    }
                }
                """.formatted(constructor, descriptor, create))
                .services(SPREAD);
    }

    @ParameterizedTest
    @CsvSource({"hang();,,,the constructor of", ",hang();,,descriptor() of", ",,hang();,create() of"})
    void aProviderThatHangsHasADeadlineAndIsToldWithThePlaceWhereItHangs(
            @Nullable String constructor, @Nullable String descriptor, @Nullable String create, String what) {
        hanging(text(constructor), text(descriptor), text(create)).jar(directory, "spread.jar");

        MaintainerException refusal = catchThrowableOfType(
                MaintainerException.class,
                () -> Schedulers.load(directory, "spread", NONE, new Deadline(Duration.ofMillis(300))));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BROKEN_SCHEDULER);
        assertThat(refusal)
                .hasMessageContaining(
                        what
                                + " com.acme.Spread has not returned within 300 ms; it is at plugin:spread.jar//com.acme.Spread.hang(");
    }

    private static String text(@Nullable String code) {
        return code == null ? "" : code;
    }

    @Test
    void settingsOfAPatternAreForTheChosenSchedulerAndIfTheyMayBeForAnotherNobodyGuesses() {
        String descriptor =
                "SchedulerDescriptor.named(\"spread\").builtFor(SpiLevel.of(4)).accepts(\"%s.<schema>.<table>\", \"where\")";
        plugin(SPREAD, descriptor.formatted("pin"), "\"kept\"").jar(directory, "spread.jar");
        plugin("com.acme.Other", descriptor.formatted("balance").replace("spread", "other"), "\"kept\"")
                .jar(directory, "other.jar");

        Schedulers.load(directory, "spread", new TreeMap<>(Map.of("pin.sales.eu.orders", "n1")));
        Schedulers.load(directory, "balance", new TreeMap<>(Map.of("spread.pin.sales.orders", "n1")));
        Schedulers.load(directory, "other", new TreeMap<>(Map.of("other.balance.sales.orders", "n1")));

        assertThat(refusal("spread", new TreeMap<>(Map.of("pni.sales.orders", "n1"))))
                .hasMessageContaining("'pni.sales.orders'")
                .hasMessageContaining("pin.<schema>.<table>");
        assertThat(refusal("other", new TreeMap<>(Map.of("balance.sales.orders", "n1"))))
                .hasMessageContaining("may be for scheduler 'balance' or for 'other'")
                .hasMessageContaining("'other.balance.sales.orders'");
    }

    @Test
    void whatIfRefusesAPlannerThatNeedsNamesForASnapshotWithoutThem() throws Exception {
        plugin(SPREAD, named("spread").replace("of(2)", "of(4)") + ".needs(SnapshotFeature.TABLE_NAMES)", "\"kept\"")
                .jar(directory, "spread.jar");
        String file = """
                {"format":1,"changefeed":"c","round":1,"seed":1,"budget":{"maxDecisions":1,"maxMoves":1,"maxInFlightPerNode":1},"nodes":[
                {"id":"n1","eligible":true}],"spans":[
                {"dispatcher":"0000000000000001000000000000000a","table":1,"schema":1%s,"node":"n1"}]}
                """;
        Path bare = Files.writeString(temporary.resolve("bare.json"), file.formatted(""));
        Path named = Files.writeString(
                temporary.resolve("named.json"), file.formatted(",\"schemaName\":\"s\",\"tableName\":\"t\""));

        ForkedNode.Ended refused = whatIf(bare);
        ForkedNode.Ended planned = whatIf(named);

        assertThat(refused.exitValue()).as("%s", refused.said()).isEqualTo(2);
        assertThat(refused.said()).contains("bare.json has no names of tables", "'spread' needs TABLE_NAMES");
        assertThat(planned.exitValue()).as("%s", planned.said()).isZero();
    }

    private ForkedNode.Ended whatIf(Path snapshot) throws Exception {
        return new ForkedNode(temporary)
                .run(
                        List.of("-cp", ForkedNode.path(ForkedNode.parts()), ForkedNode.MAIN),
                        List.of(
                                "plan",
                                "--snapshot",
                                snapshot.toString(),
                                "--scheduler",
                                "spread",
                                "--plugins",
                                directory.toString()));
    }

    @Test
    void aPlannerOfLevelOneSeesNoLabels() {
        plugin(SPREAD, "SchedulerDescriptor.named(\"old\")", "snapshot.nodes().get(0).labels()")
                .jar(directory, "old.jar");

        assertThat(ask(load("old"), "old")).isEqualTo("{}");
    }

    @Test
    void theConfigurationIsThatOfTheChosenSchedulerOnly() {
        plugin(SPREAD, named("spread") + ".accepts(\"max-skew\", \"\")", "configuration")
                .jar(directory, "spread.jar");
        plugin("com.acme.Other", named("other"), "configuration").jar(directory, "other.jar");

        Schedulers schedulers = Schedulers.load(directory, "spread", new TreeMap<>(Map.of("max-skew", "3")));

        assertThat(ask(schedulers, "spread")).isEqualTo("{max-skew=3}");
        assertThat(ask(schedulers, "other")).isEqualTo("{}");
    }

    @Test
    void settingsForSchedulersThatTakeOverLaterHaveTheirName() {
        plugin(SPREAD, named("spread") + ".accepts(\"max-skew\", \"\")", "configuration")
                .jar(directory, "spread.jar");

        Schedulers schedulers = Schedulers.load(directory, "balance", new TreeMap<>(Map.of("spread.max-skew", "3")));

        assertThat(ask(schedulers, "spread")).isEqualTo("{max-skew=3}");
        assertThat(refusal("balance", new TreeMap<>(Map.of("sprad.max-skew", "3"))))
                .hasMessageContaining("scheduler 'sprad', and there is none");
    }

    @Test
    void aSettingInTwoSpellingsIsRefusedAsOneThatIsGivenTwice() {
        plugin(
                        SPREAD,
                        "SchedulerDescriptor.named(\"spread\").builtFor(SpiLevel.of(4)).accepts(\"mode\", \"\")"
                                + ".accepts(\"pin.<schema>.<table>\", \"where\")",
                        "\"kept\"")
                .jar(directory, "spread.jar");

        assertThat(refusal("spread", new TreeMap<>(Map.of("mode", "ok", "spread.mode", "null"))))
                .hasMessageContaining("'mode' and 'spread.mode' are both 'mode' of scheduler 'spread'");
        assertThat(refusal("spread", new TreeMap<>(Map.of("pin.a.b", "n1", "spread.pin.a.b", "n2"))))
                .hasMessageContaining("'pin.a.b' and 'spread.pin.a.b'");
        Schedulers.load(directory, "spread", new TreeMap<>(Map.of("mode", "ok", "spread.pin.a.b", "n2")));
    }

    @Test
    void settingsOfSchedulersThatAreNotInUseAreLookedAtToo() {
        plugin(SPREAD, named("spread") + ".accepts(\"max-skew\", \"\")", "configuration")
                .jar(directory, "spread.jar");

        for (String setting : List.of("basic.x", "spread.max-skwe", "balance.x")) {
            MaintainerException refusal = refusal("balance", new TreeMap<>(Map.of(setting, "1")));
            assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION);
            assertThat(refusal).hasMessageContaining("has no key '" + setting.substring(setting.indexOf('.') + 1));
        }
    }

    @Test
    void aPlugInSeesTheContractTheJdkAndItsJarAndNothingElse() {
        plugin(
                        SPREAD,
                        named("spread"),
                        "Eyes.sees(\"dev.maintainer.api.model.NodeId\") + Eyes.sees(\"java.sql.Driver\")"
                                + " + Eyes.sees(\"com.acme.Eyes\") + Eyes.sees(\"dev.maintainer.core.MaintainerConfig\")"
                                + " + Eyes.sees(\"com.google.common.collect.ImmutableList\") + Eyes.sees(\"com.acme.Other\")"
                                + " + Eyes.sees(\"dev.maintainer.scheduler.defaults.ReasonCode\")")
                .source("com.acme.Eyes", """
                        package com.acme;

                        final class Eyes {
                            static String sees(String type) {
                                try {
                                    Class.forName(type);
                                    return "+";
                                } catch (ClassNotFoundException e) {
                                    return "-";
                                }
                            }
                        }
                        """)
                .jar(directory, "spread.jar");
        plugin("com.acme.Other", named("other"), "1").jar(directory, "other.jar");

        assertThat(ask(load("spread"), "spread")).isEqualTo("+++----");
    }

    @Test
    void classesOfTheSameNameInTwoJarsAreTwo() {
        plugin(SPREAD, named("spread-one"), "1").jar(directory, "one.jar");
        plugin(SPREAD, named("spread-two"), "2").jar(directory, "two.jar");

        Schedulers schedulers = load("spread-one");

        assertThat(ask(schedulers, "spread-one")).isEqualTo("1");
        assertThat(ask(schedulers, "spread-two")).isEqualTo("2");
    }

    @Test
    void everyCallRunsWithThePlugInsOwnLoaderAsTheContextLoader() {
        String own = "Thread.currentThread().getContextClassLoader() == getClass().getClassLoader()";
        String spy = """
                package com.acme;

                import dev.maintainer.scheduler.spi.*;
                import java.util.SortedMap;

                public final class Spread implements SchedulerProvider {
                    private final boolean constructed = %1$s;
                    private boolean described;

                    @Override public SchedulerDescriptor descriptor() {
                        described = %1$s;
                        return %2$s;
                    }

                    @Override public Scheduler create(SortedMap<String, String> configuration) {
                        boolean created = %1$s;
                        return (snapshot, budget) -> Plan.keep(
                                new Reason("TEST", constructed + " " + described + " " + created + " " + (%1$s)));
                    }
                }
                """.formatted(own, named("spread"));
        PluginBuilder.empty().source(SPREAD, spy).services(SPREAD).jar(directory, "spread.jar");
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        assertThat(ask(load("spread"), "spread")).isEqualTo("true true true true");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void anEmptyDirectoryIsNoFault() throws IOException {
        Files.writeString(directory.resolve("README.md"), "put plug-ins here");

        assertThat(load("balance").catalog().names()).contains("balance");
    }

    @Test
    void aDirectoryThatDoesNotExistIsRefused() {
        directory = temporary.resolve("pluggins");

        assertThat(refusal())
                .hasMessageContaining("pluggins does not exist")
                .extracting(MaintainerException::code)
                .isEqualTo(ErrorCode.BAD_CONFIGURATION);
    }

    @Test
    void aFileIsNoDirectory() {
        directory = plugin(SPREAD, named("spread"), "1").jar(directory, "spread.jar");

        assertThat(refusal()).hasMessageContaining("spread.jar is no directory");
    }

    @Test
    void aNameThatTwoJarsClaimIsRefusedWithBoth() {
        plugin(SPREAD, named("spread"), "1").jar(directory, "one.jar");
        plugin("com.acme.Other", named("spread"), "2").jar(directory, "two.jar");

        assertThat(refusal())
                .hasMessageContaining("'spread' is claimed by more than one provider")
                .hasMessageContaining("com.acme.Spread in ")
                .hasMessageContaining("one.jar")
                .hasMessageContaining("com.acme.Other in ")
                .hasMessageContaining("two.jar")
                .extracting(MaintainerException::code)
                .isEqualTo(ErrorCode.DUPLICATE_SCHEDULER);
    }

    @Test
    void aNameThatIsTakenOnTheClassPathIsRefusedWithBoth() {
        plugin(SPREAD, named("pack-by-schema"), "1").jar(directory, "pack.jar");

        assertThat(refusal())
                .hasMessageContaining("'pack-by-schema' is claimed")
                .hasMessageContaining("test-classes")
                .hasMessageContaining("pack.jar");
    }

    @Test
    void namesOfBuiltInSchedulersAreReserved() {
        plugin(SPREAD, named("balance"), "1").jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("'balance' is that of a built-in scheduler, and also claimed by")
                .hasMessageContaining("spread.jar")
                .hasMessageContaining("give yours another name");
    }

    @Test
    void aJarWithoutAServicesEntryIsRefused() {
        PluginBuilder.empty()
                .source(SPREAD, provider(SPREAD, named("spread"), "1"))
                .jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("spread.jar: it has no META-INF/services/dev.maintainer.scheduler.spi.Sched")
                .hasMessageContaining("add the file");
        assertThat(refusal().getMessage()).doesNotContain("module-info");
    }

    @Test
    void theDescriptorOfAModuleIsNoServicesEntry() {
        PluginBuilder.empty()
                .source(SPREAD, provider(SPREAD, named("spread"), "1"))
                .module("module com.acme { requires dev.maintainer.scheduler.spi;"
                        + " provides dev.maintainer.scheduler.spi.SchedulerProvider with com.acme.Spread; }")
                .jar(directory, "spread.jar");

        assertThat(refusal()).hasMessageContaining("'provides' of a module-info counts on the module path only");
    }

    @Test
    void aServicesEntryThatNamesNothingIsRefused() {
        PluginBuilder.empty().services("# to do").jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("spread.jar: its META-INF/services")
                .hasMessageContaining("no class");
    }

    @Test
    void aServicesEntryThatNamesAMissingClassIsRefused() {
        PluginBuilder.empty().services("com.acme.Spread # a typing mistake").jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("spread.jar: its META-INF/services")
                .hasMessageContaining("names com.acme.Spread, and there is no such class");
    }

    @Test
    void aClassThatIsNoProviderIsRefused() {
        PluginBuilder.empty()
                .source(SPREAD, "package com.acme; public class Spread {}")
                .services(SPREAD)
                .jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("com.acme.Spread is no dev.maintainer.scheduler.spi.SchedulerProvider");
    }

    @Test
    void aProviderThatServiceLoaderCouldNotMakeIsRefused() {
        String good = provider(SPREAD, named("spread"), "1");
        PluginBuilder.empty()
                .source(SPREAD, good.replace("public final class", "final class"))
                .services(SPREAD)
                .jar(directory, "hidden.jar");
        PluginBuilder.empty()
                .source(
                        SPREAD,
                        good.replace(
                                "{\n    @Override public SchedulerD",
                                "{\n private Spread() {}\n @Override public SchedulerD"))
                .services(SPREAD)
                .jar(directory, "private.jar");
        PluginBuilder.empty()
                .source(SPREAD, good.replace("public final class", "public abstract class"))
                .services(SPREAD)
                .jar(directory, "abstract.jar");

        assertThat(refusal())
                .hasMessageContaining("hidden.jar: com.acme.Spread is not public")
                .hasMessageContaining("private.jar: com.acme.Spread has no public constructor without parameters")
                .hasMessageContaining("abstract.jar: com.acme.Spread is abstract");
    }

    @Test
    void aConstructorThatThrowsIsRefused() {
        PluginBuilder.empty()
                .source(
                        SPREAD,
                        provider(SPREAD, named("spread"), "1")
                                .replace(
                                        "{\n    @Override public SchedulerD",
                                        "{\n public Spread() { throw new IllegalStateException(\"no licence\"); }\n"
                                                + " @Override public SchedulerD"))
                .services(SPREAD)
                .jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("com.acme.Spread in ")
                .hasMessageContaining("spread.jar")
                .hasMessageContaining("its constructor threw java.lang.IllegalStateException: no licence");
    }

    @Test
    void aJarThatIsNoZipFileIsRefused() throws IOException {
        Files.writeString(directory.resolve("page.jar"), "<html>not found</html>");
        Files.createFile(directory.resolve("empty.jar"));

        assertThat(refusal())
                .hasMessageContaining("page.jar: it is no zip file")
                .hasMessageContaining("empty.jar: it is no zip file")
                .extracting(MaintainerException::code)
                .isEqualTo(ErrorCode.BROKEN_SCHEDULER);
    }

    @Test
    void aDirectoryThatIsCalledLikeAJarIsRefused() throws IOException {
        Files.createDirectory(directory.resolve("classes.jar"));

        assertThat(refusal()).hasMessageContaining("classes.jar: it ");
    }

    @Test
    void aLevelThatThisHostDoesNotHaveIsRefused() {
        plugin(SPREAD, named("spread") + ".builtFor(SpiLevel.of(99))", "1").jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("spread.jar: 'spread' is built for level 99")
                .hasMessageContaining("supports 1 to " + SpiLevel.CURRENT)
                .hasMessageContaining("newer maintainer");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestOne() {
        plugin(SPREAD, named("spread") + ".accepts(\"max-skew\", \"how far apart\")", "1")
                .jar(directory, "spread.jar");

        assertThat(refusal("spread", new TreeMap<>(Map.of("max-skwe", "2"))))
                .hasMessageContaining("'spread' has no key 'max-skwe', did you mean 'max-skew'?")
                .extracting(MaintainerException::code)
                .isEqualTo(ErrorCode.BAD_CONFIGURATION);
    }

    @Test
    void anUnknownNameIsRefusedWithWhatThereIs() {
        plugin(SPREAD, named("spread"), "1").jar(directory, "spread.jar");

        assertThat(refusal("spraed", NONE))
                .hasMessageContaining("did you mean 'spread'?; there are balance, balance-splits, basic, ")
                .hasMessageEndingWith(", spread")
                .extracting(MaintainerException::code)
                .isEqualTo(ErrorCode.UNKNOWN_SCHEDULER);
    }

    @Test
    void aJarThatBundlesTheContractIsRefused() throws IOException {
        byte[] content;
        try (var in = SchedulerDescriptor.class.getResourceAsStream("SchedulerDescriptor.class")) {
            content = in.readAllBytes();
        }
        plugin(SPREAD, named("spread"), "1")
                .entry("dev/maintainer/scheduler/spi/SchedulerDescriptor.class", content)
                .jar(directory, "fat.jar");
        plugin(SPREAD, named("spread"), "1")
                .entry("META-INF/versions/21/dev/maintainer/api/model/NodeId.class", content)
                .jar(directory, "hidden.jar");

        assertThat(refusal())
                .hasMessageContaining("fat.jar: it bundles the contract (dev/maintainer/scheduler/spi/SchedulerDescr")
                .hasMessageContaining("hidden.jar: it bundles the contract")
                .hasMessageContaining("do not shade")
                .hasMessageContaining("scope 'provided'");
    }

    @Test
    void whatAPlugInNeedsMustBeInItsJar() {
        plugin(SPREAD, named("spread"), "1")
                .source(
                        SPREAD,
                        provider(SPREAD, named("spread"), "1").replace("implements", "extends com.lib.Base implements"))
                .leftOut("com.lib.Base", "package com.lib; public class Base {}")
                .jar(directory, "spread.jar");

        assertThat(refusal())
                .hasMessageContaining("com.acme.Spread cannot be loaded: java.lang.NoClassDefFoundError: com/lib/Base")
                .hasMessageContaining("must be in its jar");
    }

    @Test
    void aClassForANewerJavaIsRefused() throws IOException {
        byte[] content = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0x03, (byte) 0xE7};
        PluginBuilder.empty()
                .entry("com/acme/Spread.class", content)
                .services(SPREAD)
                .jar(directory, "spread.jar");

        assertThat(refusal()).hasMessageContaining("com.acme.Spread was compiled for a newer Java than this one");
    }

    @Test
    void aDescriptorThatThrowsIsRefused() {
        plugin(SPREAD, "SchedulerDescriptor.named(\"Not A Name\")", "1").jar(directory, "spread.jar");

        assertThat(refusal()).hasMessageContaining("spread.jar").hasMessageContaining("'Not A Name'");
    }

    @Test
    void everythingThatIsWrongIsInOneMessage() throws IOException {
        Files.writeString(directory.resolve("a.jar"), "nothing");
        PluginBuilder.empty().services("com.acme.Gone").jar(directory, "b.jar");
        plugin(SPREAD, named("spread") + ".builtFor(SpiLevel.of(99))", "1").jar(directory, "c.jar");
        plugin(SPREAD, named("twice"), "1").jar(directory, "d.jar");
        plugin(SPREAD, named("twice"), "1").jar(directory, "e.jar");
        plugin(SPREAD, named("innocent"), "1").jar(directory, "f.jar");

        String message = String.valueOf(refusal().getMessage());

        assertThat(message)
                .contains("a.jar", "b.jar", "c.jar", "d.jar", "e.jar")
                .doesNotContain("f.jar");
        assertThat(message.lines()).as("a terminal gets one line").hasSize(1);
    }
}
