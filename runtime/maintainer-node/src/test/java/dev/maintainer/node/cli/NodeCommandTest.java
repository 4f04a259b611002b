package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    private int check(String... settings) throws IOException {
        Path file = Files.writeString(temporary.resolve("n1.toml"), """
                [cluster]
                name = "shop"
                [node]
                name = "n1"
                data_dir = "/var/lib/n1"
                [node.labels]
                "the zone" = "a"
                [admin]
                hosts = ["a.example", "b.example"]
                [peer]
                listen = "127.0.0.1:7400"
                [zookeeper]
                connect = "127.0.0.1:2181"
                """);
        List<String> arguments = new ArrayList<>(List.of("node", "--check", "--config", file.toString()));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return Console.execute(printed, arguments.toArray(String[]::new));
    }

    @Test
    @DisplayName("What is in effect is printed as TOML has it")
    void inEffect() throws IOException {
        assertThat(check()).as(printed.toString()).isZero();
        assertThat(printed.toString().lines())
                .contains(
                        "node.eligible = true",
                        "admin.hosts = [\"a.example\", \"b.example\"]",
                        "node.labels.\"the zone\" = \"a\"",
                        "lease.session = \"10s\"");
    }

    @Test
    @DisplayName("All that a start would refuse is told at once, with the status that a start has")
    void problems() throws IOException {
        Path tokens = Files.writeString(temporary.resolve("tokens"), "secret admin\n");
        assertThat(check(
                        "node.scheduler=balanse",
                        "plugins.connectors_dir=" + temporary.resolve("none"),
                        "admin.tokens_file=" + tokens,
                        "zookeeper.connect=one:two",
                        "admin.listen=127.0.0.1:7400"))
                .isEqualTo(2);
        assertThat(printed.toString())
                .contains("did you mean 'balance'?")
                .contains("none does not exist")
                .contains("line 1 is not 'SHA256-AS-HEX ROLE'")
                .contains("one:two")
                .contains("are the same port");
        assertThat(check("zookeeper.connect=")).isEqualTo(2);
        assertThat(printed.toString()).contains("no servers are given");
        assertThat(check("plugins.dir=" + temporary.resolve("plugins"))).isEqualTo(2);
        assertThat(printed.toString()).contains("plug-in directory").contains("does not exist");
    }
}
