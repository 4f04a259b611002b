package dev.maintainer.architecture;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules that our own modules keep, for whatever part of them is on the class path: for those who build them, patch
 * them or replace one of them.
 */
public final class MaintainerRules {
    /** Each module's root package, which is the module's name too, and those of our modules that it may use. */
    public static final Map<String, List<String>> DIRECTION = direction();

    /** Those of them that are not Java modules, because their libraries are none. */
    public static final List<String> ON_CLASS_PATH = List.of(
            "dev.maintainer.transport.grpc",
            "dev.maintainer.cluster.zookeeper",
            "dev.maintainer.metrics",
            "dev.maintainer.connector.postgres");

    private static final List<String> SPEAK_PROTOBUF =
            List.of("dev.maintainer.transport.grpc", "dev.maintainer.cluster.zookeeper");

    private static final List<String> LIBRARIES = List.of(
            "dev.maintainer.api..",
            "dev.maintainer.scheduler.spi..",
            "dev.maintainer.scheduler.defaults..",
            "dev.maintainer.operator..",
            "dev.maintainer.core..",
            "dev.maintainer.dispatcher..",
            "dev.maintainer.coordinator..",
            "dev.maintainer.membership..");
    private static final List<String> SILENT = List.of(
            "dev.maintainer.api..",
            "dev.maintainer.scheduler.spi..",
            "dev.maintainer.scheduler.defaults..",
            "dev.maintainer.operator..",
            "dev.maintainer.core.registry..",
            "dev.maintainer.core.checkpoint..",
            "dev.maintainer.core.bootstrap..");

    private MaintainerRules() {}

    /** {@return the rules of all modules of this project} */
    public static RuleSet all() {
        return ModuleRules.of(DIRECTION)
                .onlyGatesSend(
                        "dev.maintainer.core",
                        "dev.maintainer.core.gate.CommandGate",
                        "dev.maintainer.core.host.ReportGate")
                .pure(LIBRARIES, List.of())
                .silent(SILENT)
                .unlocked(LIBRARIES)
                .confined("dev.maintainer.transport.grpc", List.of("io.grpc.."))
                .confined("dev.maintainer.cluster.zookeeper", List.of("org.apache.zookeeper..", "org.apache.jute.."))
                .confined("dev.maintainer.metrics", List.of("io.micrometer..", "io.prometheus.."))
                .confined("dev.maintainer.connector.postgres", List.of("org.postgresql..", "com.zaxxer.hikari.."))
                .confined(SPEAK_PROTOBUF, List.of("com.google.protobuf.."))
                .contracts(List.of("dev.maintainer.api..", "dev.maintainer.scheduler.spi.."))
                .signed(List.of("dev.maintainer.scheduler.spi.."))
                .stable(List.of("dev.maintainer.api..", "dev.maintainer.scheduler.spi.."))
                .rules();
    }

    private static Map<String, List<String>> direction() {
        String api = "dev.maintainer.api";
        String spi = "dev.maintainer.scheduler.spi";
        String defaults = "dev.maintainer.scheduler.defaults";
        String operator = "dev.maintainer.operator";
        String core = "dev.maintainer.core";
        String dispatcher = "dev.maintainer.dispatcher";
        String coordinator = "dev.maintainer.coordinator";
        String membership = "dev.maintainer.membership";
        String replication = "dev.maintainer.replication";
        String changelog = "dev.maintainer.connector.changelog";
        String files = "dev.maintainer.connector.files";
        String runtime = "dev.maintainer.runtime";
        String embedded = "dev.maintainer.cluster.embedded";
        String distributed = "dev.maintainer.cluster.distributed";
        String whatif = "dev.maintainer.whatif";
        String admin = "dev.maintainer.admin";
        Map<String, List<String>> direction = new LinkedHashMap<>();
        direction.put(api, List.of());
        direction.put(spi, List.of(api));
        direction.put(defaults, List.of(spi, api));
        direction.put(operator, List.of(api));
        direction.put(core, List.of(api, operator, spi));
        direction.put(dispatcher, List.of(api));
        direction.put(coordinator, List.of(api));
        direction.put(membership, List.of(api));
        direction.put(replication, List.of(api));
        direction.put(changelog, List.of(api, replication));
        direction.put(files, List.of(api, replication));
        direction.put("dev.maintainer.connector.postgres", List.of(api, replication));
        direction.put(runtime, List.of(api, spi, operator, core, dispatcher, coordinator));
        direction.put(embedded, List.of(api, spi, core, dispatcher, coordinator, runtime));
        direction.put(distributed, List.of(api, membership, runtime));
        direction.put("dev.maintainer.transport.grpc", List.of(api, runtime));
        direction.put("dev.maintainer.cluster.zookeeper", List.of(api, membership));
        direction.put("dev.maintainer.metrics", List.of(runtime));
        direction.put(whatif, List.of(api, spi, core));
        direction.put(admin, List.of(api, spi, operator, core, coordinator, runtime, whatif));
        direction.put(
                "dev.maintainer.node",
                List.of(
                        api,
                        spi,
                        defaults,
                        operator,
                        core,
                        dispatcher,
                        coordinator,
                        replication,
                        changelog,
                        files,
                        runtime,
                        embedded,
                        distributed,
                        membership,
                        whatif,
                        admin));
        direction.put(
                "dev.maintainer.simulator",
                List.of(api, spi, defaults, operator, core, dispatcher, coordinator, membership, replication));
        direction.put("dev.maintainer.connector.tck", List.of(api, replication));
        direction.put("dev.maintainer.scheduler.tck", List.of(api, spi));
        direction.put("dev.maintainer.scheduler.testing", List.of(api, spi));
        direction.put("dev.maintainer.architecture", List.of(api, spi));
        return Collections.unmodifiableMap(direction);
    }
}
