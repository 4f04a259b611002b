package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every page says the same numbers, and those of the code. Decision records tell what was, and are left out. */
class PageNumbersTest {
    private static final List<String> WORDS = List.of(
            "no",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty");

    private static Map<Path, String> pages() throws IOException {
        Map<Path, String> pages = new TreeMap<>();
        Path root = MavenBuild.root();
        try (Stream<Path> files = Files.walk(root, 4)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".md")).toList()) {
                Path relative = root.relativize(file);
                if (!relative.startsWith("docs/adr") && !relative.toString().contains("target")) {
                    pages.put(relative, Files.readString(file));
                }
            }
        }
        assertThat(pages.keySet()).contains(Path.of("README.md"), Path.of("examples/ring-scheduler/README.md"));
        return pages;
    }

    private static long number(String written) {
        int word = WORDS.indexOf(written);
        return word >= 0 ? word : written.matches("[\\d,]+") ? Long.parseLong(written.replace(",", "")) : -1;
    }

    @Test
    @DisplayName("numbers of rules, levels and defaults are those of the code, on every page that says them")
    void numbers() throws IOException {
        Map<Path, String> pages = pages();
        PageNumbers.all().forEach((written, value) -> {
            List<String> wrong = new ArrayList<>();
            int said = 0;
            for (Map.Entry<Path, String> page : pages.entrySet()) {
                Matcher places = written.matcher(page.getValue());
                while (places.find()) {
                    said++;
                    if (number(places.group(1)) != value) {
                        wrong.add(page.getKey() + ": '" + places.group() + "'");
                    }
                }
            }
            assertThat(wrong)
                    .as("pages that do not say %d for '%s'", value, written)
                    .isEmpty();
            assertThat(said).as("places where a page says '%s'", written).isPositive();
        });
    }

    @Test
    @DisplayName("each level has a row in the table of levels, and none is there that does not exist")
    void levels() throws IOException {
        String page = Files.readString(MavenBuild.root().resolve("scheduler-spi/README.md"));
        List<Integer> rows = Pattern.compile("^ *\\| (\\d+) \\|", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(row -> Integer.parseInt(row.group(1)))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, SpiLevel.CURRENT.value())
                        .boxed()
                        .toList());
    }

    @Test
    @DisplayName("the page of the rules names every trait")
    void traits() throws IOException {
        String page = Files.readString(MavenBuild.root().resolve("docs/spi-rules.md"));
        String introduction = page.substring(0, page.indexOf("| rule |"));

        assertThat(Trait.values()).allSatisfy(trait -> assertThat(introduction).contains("`" + trait + "`"));
    }
}
