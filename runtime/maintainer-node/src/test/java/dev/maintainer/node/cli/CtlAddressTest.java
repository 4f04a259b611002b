package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CtlAddressTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    @SuppressWarnings("NullAway.Init")
    private Responder node;

    @BeforeEach
    void start() throws IOException {
        node = new Responder(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private int ctl(String arguments) {
        List<String> all = new ArrayList<>(List.of("ctl", "--address", node.address()));
        all.addAll(List.of(arguments.split(" ")));
        return Console.execute(printed, all.toArray(String[]::new));
    }

    @ParameterizedTest
    @DisplayName("A verb is a request of the interface of a cluster")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            move orders n2                          | POST /v1/changefeeds/orders/move | {"node":"n2"}
            move orders n2 --dry-run                | POST /v1/changefeeds/orders/move?dryRun=true | {"node":"n2"}
            --changefeed orders pause               | POST /v1/changefeeds/orders/pause | ``
            --changefeed orders resume              | POST /v1/changefeeds/orders/resume | ``
            pause orders                            | POST /v1/changefeeds/orders/pause | ``
            resume orders --changefeed orders       | POST /v1/changefeeds/orders/resume | ``
            remove a/b                              | DELETE /v1/changefeeds/a%2Fb | ``
            drain n2                                | POST /v1/nodes/n2/drain | ``
            drain n2 --cancel                       | DELETE /v1/nodes/n2/drain | ``
            stop n2                                 | POST /v1/nodes/n2/stop | ``
            cluster finalize                        | POST /v1/cluster/finalize | ``
            cluster finalize --dry-run              | POST /v1/cluster/finalize?dryRun=true | ``
            show orders                             | GET /v1/changefeeds/orders | ``
            --changefeed orders blame               | GET /v1/changefeeds/orders/blame | ``
            --changefeed orders explain a&b         | GET /v1/changefeeds/orders/explain?span=a%26b | ``
            --changefeed orders why-not t1 n2       | GET /v1/changefeeds/orders/why-not?node=n2&span=t1 | ``
            --changefeed orders spans --table t1    | GET /v1/changefeeds/orders/spans?limit=100&table=t1 | ``
            --changefeed orders scheduler set x     | POST /v1/changefeeds/orders/scheduler-set | {"scheduler":"x"}
            --changefeed orders move-span t1 n2     | POST /v1/changefeeds/orders/move-span | {"node":"n2","span":"t1"}
            --changefeed orders merge t1 --dry-run  | POST /v1/changefeeds/orders/merge?dryRun=true | {"span":"t1"}
            --changefeed orders operator retry t1   | POST /v1/changefeeds/orders/operator-retry | {"span":"t1"}
            --changefeed orders barrier skip ddl@42 | POST /v1/changefeeds/orders/barrier-skip | {"event":"ddl@42"}
            --changefeed orders snapshot            | GET /v1/changefeeds/orders/snapshot | ``
            create o --source s:1 --sink k:2 --redo | POST /v1/changefeeds | {"name":"o","source":"s:1","sink":"k:2","redo":true,"options":{}}
            create o --redo files:/r --source s:1 --sink k:2 | POST /v1/changefeeds | {"name":"o","source":"s:1","sink":"k:2","redo":"files:/r","options":{}}
            create o --source s:1 --sink k:2 --option sink.x=1 | POST /v1/changefeeds | {"name":"o","source":"s:1","sink":"k:2","options":{"sink.x":"1"}}
            """)
    void verbs(String arguments, String request, String body) {
        node.answers("200 {\"message\":\"all is well\",\"name\":\"o\",\"startTs\":7}");
        assertThat(ctl(arguments)).isZero();
        assertThat(node.heard()).startsWith(request + " HTTP/1.1").endsWith("\r\n\r\n" + body);
    }

    @Test
    @DisplayName("Changefeeds and nodes are listed")
    void lists() {
        node.answers(
                "200 {\"changefeeds\":[{\"name\":\"orders\",\"state\":\"RUN\",\"phase\":\"RUNNING\",\"owner\":null,"
                        + "\"checkpointTs\":450}]}");
        assertThat(ctl("changefeeds")).isZero();
        assertThat(printed.toString().strip()).isEqualTo("orders  RUN, RUNNING, owner none, checkpoint 450");
        node.answers(
                "200 {\"changefeeds\":[{\"name\":\"orders\",\"state\":\"RUN\",\"phase\":\"RUNNING\",\"owner\":\"n1\","
                        + "\"checkpointTs\":450,\"checkpointLagMillis\":3200}]}");
        assertThat(ctl("changefeeds")).isZero();
        assertThat(printed.toString()).contains("orders  RUN, RUNNING, owner n1, checkpoint 450, 3 s behind");
    }

    @Test
    @DisplayName("What a node says whose store is away is marked, and nobody is said to lead")
    void storeIsAway() {
        node.answers(
                "200 {\"nodes\":[{\"id\":\"n1.a\",\"address\":\"h:1\",\"leader\":false},"
                        + "{\"id\":\"n2.b\",\"address\":\"h:2\",\"leader\":false}],\"leaderKnown\":false,"
                        + "\"lastLeader\":\"n1.a\",\"storeSilent\":{\"millis\":23400,\"code\":\"MNT-5001\",\"message\":\"gone\"}}");
        assertThat(ctl("nodes")).isZero();
        assertThat(printed.toString().lines())
                .containsExactly("MNT-5001: gone", "n1.a  h:1  led 23 s ago", "n2.b  h:2");
    }

    @Test
    @DisplayName("A changefeed whose owner says nothing, as seen by a leader whose store is away, is shown as such")
    void oldChangefeeds() {
        node.answers("200 {\"changefeeds\":[{\"name\":\"orders\",\"state\":\"RUN\",\"phase\":\"RUNNING\","
                + "\"owner\":\"n1\",\"ownerSilentMillis\":7200,\"checkpointTs\":450}],"
                + "\"storeSilent\":{\"code\":\"MNT-5001\",\"message\":\"gone\"}}");
        assertThat(ctl("changefeeds")).isZero();
        assertThat(printed.toString().lines())
                .containsExactly("MNT-5001: gone", "orders  RUN, RUNNING, owner n1 (silent for 7 s), checkpoint 450");
    }

    @Test
    @DisplayName("A changefeed that no host takes is shown with what it waits for")
    void waitsForAHost() {
        node.answers("200 {\"changefeeds\":[{\"name\":\"orders\",\"state\":\"RUN\",\"phase\":\"ABSENT\",\"owner\":null,"
                + "\"waitsFor\":\"a host that takes it\",\"checkpointTs\":450}]}");
        assertThat(ctl("changefeeds")).isZero();
        assertThat(printed.toString().lines())
                .containsExactly("orders  RUN, ABSENT, owner none, checkpoint 450; waits for a host that takes it");
    }

    @Test
    @DisplayName("What is wrong with a changefeed stands below it in the list")
    void errors() {
        node.answers(
                "200 {\"changefeeds\":[{\"name\":\"orders\",\"state\":\"RUN\",\"phase\":\"RUNNING\",\"owner\":\"n1\","
                        + "\"checkpointTs\":450,\"errorCount\":3,\"errors\":[{\"node\":\"n2\",\"code\":\"MNT-2002\","
                        + "\"message\":\"the disk is full\"}]}]}");
        assertThat(ctl("changefeeds")).isZero();
        assertThat(printed.toString().lines())
                .containsExactly(
                        "orders  RUN, RUNNING, owner n1, checkpoint 450",
                        "orders: MNT-2002 on n2: the disk is full",
                        "orders: and 2 more errors");
    }

    @Test
    @DisplayName("How far the drain is, any node tells")
    void draining() {
        node.answers("200 {\"nodes\":[{\"id\":\"n1.a\"}],\"text\":\"no node is being drained\"}");
        assertThat(ctl("drain")).isZero();
        assertThat(node.heard()).startsWith("GET /v1/nodes/n1.a/drain HTTP/1.1");
        assertThat(printed.toString().strip()).isEqualTo("no node is being drained");
        assertThat(ctl("drain --cancel")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(ctl("pause orders --changefeed users")).isEqualTo(MaintainerCommand.UNUSABLE);
    }

    @Test
    @DisplayName("Without a name the only changefeed is meant; among several one must be named")
    void onlyOne() {
        node.answers("200 {\"changefeeds\":[{\"name\":\"orders\"}],\"message\":\"is being paused\"}");
        assertThat(ctl("pause")).isZero();
        assertThat(node.heard()).startsWith("POST /v1/changefeeds/orders/pause");
        node.answers("200 {\"changefeeds\":[{\"name\":\"orders\"},{\"name\":\"users\"}]}");
        assertThat(ctl("blame")).isEqualTo(MaintainerCommand.WRONG);
        assertThat(printed.toString()).contains("more than one changefeed; name one with --changefeed");
    }

    @Test
    @DisplayName("What an owner says is shown as that of one process")
    void ownerAnswers() {
        node.answers("200 {\"answeredBy\":\"n2\",\"answer\":{\"changefeed\":\"orders\",\"checkpointTs\":450,"
                + "\"heldMillis\":70,\"kind\":\"SPAN\",\"node\":\"n2\",\"text\":\"span 7 is behind\"}}");
        assertThat(ctl("--changefeed orders blame")).isZero();
        assertThat(printed.toString())
                .contains("checkpoint 450 of orders has not risen for 70 ms")
                .contains("span 7 is behind");
    }

    @Test
    @DisplayName("What an owner says whose store is away is marked, and so is what was begun")
    void ownerWithoutStore() {
        String silent = "\"storeSilent\":{\"millis\":23400,\"code\":\"MNT-5001\",\"message\":\"gone\"}}";
        node.answers("200 {\"answeredBy\":\"n2\",\"answer\":{\"changefeed\":\"orders\",\"checkpointTs\":450,"
                + "\"heldMillis\":70,\"kind\":\"SPAN\",\"node\":\"n2\",\"text\":\"span 7 is behind\"}," + silent);
        assertThat(ctl("--changefeed orders blame")).isZero();
        assertThat(printed.toString()).startsWith("MNT-5001: gone").contains("span 7 is behind");

        printed.getBuffer().setLength(0);
        node.answers("200 {\"message\":\"is being paused\"," + silent);
        assertThat(ctl("--changefeed orders pause")).isZero();
        assertThat(printed.toString().lines()).containsExactly("MNT-5001: gone", "is being paused");
    }

    @Test
    @DisplayName("A refusal is shown with its code; an answer that nobody can give has a status of its own")
    void refused() {
        node.answers("404 {\"code\":\"MNT-6001\",\"message\":\"no changefeed is called 'x'\"}");
        assertThat(ctl("remove x")).isEqualTo(MaintainerCommand.WRONG);
        assertThat(printed.toString()).contains("MNT-6001 no changefeed is called 'x'");
        node.answers("503 {\"code\":\"MNT-6003\",\"message\":\"no member leads\"}");
        assertThat(ctl("remove x")).isEqualTo(MaintainerCommand.UNREACHABLE);
    }

    @Test
    @DisplayName("An address that cannot be reached is passed over, and the token is sent")
    void nextAddress() throws IOException {
        int free;
        try (ServerSocket closed = new ServerSocket(0)) {
            free = closed.getLocalPort();
        }
        Path token = Files.writeString(temporary.resolve("token"), "secret\n");
        node.answers("200 {\"nodes\":[]}");
        assertThat(Console.execute(
                        printed,
                        "ctl",
                        "--address",
                        "127.0.0.1:" + free + "," + node.address(),
                        "--token-file",
                        token.toString(),
                        "nodes"))
                .isZero();
        assertThat(node.heard()).contains("Authorization: Bearer secret\r\n");
        assertThat(Console.execute(printed, "ctl", "--address", "127.0.0.1:" + free, "nodes"))
                .isEqualTo(MaintainerCommand.UNREACHABLE);
    }

    @ParameterizedTest
    @DisplayName("Verbs that a cluster does not have, and clusters that are not named, are refused")
    @CsvSource(delimiter = '|', textBlock = """
            ctl --address 127.0.0.1:1 placements | has no placements
            ctl show orders                    | name a node of a cluster
            ctl --address 127.0.0.1:1 stop     | needs NODE
            ctl stop n2                        | only with --address
            ctl cluster finalize               | name a node of a cluster
            ctl --address 127.0.0.1:1 cluster finish | takes: finalize; not
            """)
    void unusable(String command, String reason) {
        assertThat(Console.execute(printed, command.split(" "))).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains(reason);
    }

    @ParameterizedTest
    @DisplayName("What cannot be asked is refused, and nobody is asked")
    @CsvSource(delimiter = '|', textBlock = """
            ctl --address http:/x:1 nodes                | is not HOST:PORT
            ctl --address ftp://x:1 nodes                | is not HOST:PORT
            ctl --address https://x:1/v1 nodes           | is not HOST:PORT
            ctl --address https://x:1 --key-file k nodes | a certificate needs its key
            ctl --address https://x:1 --ca-file k nodes  | cannot read k
            """)
    void notAsked(String command, String reason) {
        assertThat(Console.execute(printed, command.split(" "))).isEqualTo(MaintainerCommand.WRONG);
        assertThat(printed.toString()).contains("MNT-1001", reason);
    }
}
