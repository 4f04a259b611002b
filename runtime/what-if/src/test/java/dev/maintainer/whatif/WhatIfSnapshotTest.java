package dev.maintainer.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.whatif.testing.Snapshots;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class WhatIfSnapshotTest {
    private static final String EVIL = "<script>alert('1')</script>&\"\u0001\u001b[2J\ud800";

    static {
        // The node itself needs no XML: only this test reads some.
        Module xml = ModuleLayer.boot().findModule("java.xml").orElseThrow();
        WhatIfSnapshotTest.class.getModule().addReads(xml);
    }

    private static Document parse(String page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setExpandEntityReferences(false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static List<Element> all(Document page, String name) {
        NodeList found = page.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static List<Element> bars(Document page, String style) {
        return all(page, "rect").stream()
                .filter(bar -> bar.getAttribute("class").equals(style))
                .toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static WhatIfResult evil() {
        WhatIf cluster = new WhatIf(Snapshots.even(3, 10));
        cluster.happens(new WhatIfEvent.NodeJoins(new NodeId(EVIL), new TreeMap<>()));
        return cluster.settle("balance", Snapshots.BUILT_IN, 10, Snapshots.milliseconds(), PlanningDeadline.NONE);
    }

    @Test
    @DisplayName("whatever names hold, the page is well-formed, has no script and nothing from elsewhere")
    void escaped() throws Exception {
        String page = WhatIfSnapshot.html(EVIL, List.of(EVIL), List.of(evil()));

        Document parsed = parse(page);
        assertThat(all(parsed, "script")).isEmpty();
        assertThat(page).doesNotContain("<script", "src=", "href=", "url(", "@import", "\u0001", "\u001b");
        assertThat(parsed.getDocumentElement().getTextContent()).contains("<script>alert('1')</script>&\"");
        // Elements are ours alone: attributes hold nothing that a file says.
        all(parsed, "*")
                .forEach(element ->
                        assertThat(element.getAttributes().getLength()).isLessThanOrEqualTo(5));
    }

    @Test
    @DisplayName("bars are as long as loads, all on one scale; each is within the picture")
    void bars() throws Exception {
        WhatIfResult result = Snapshots.settle(Snapshots.even(4, 30), "balance", Snapshots.BUILT_IN, "node-leave=n2");
        WhatIfResult basic = Snapshots.settle(Snapshots.even(4, 30), "basic", Snapshots.BUILT_IN, "node-drain=n1");

        Document page = parse(WhatIfSnapshot.html("t", List.of(), List.of(result, basic)));

        List<Element> before = bars(page, "before");
        assertThat(before).hasSize(8);
        double full = 560;
        assertThat(number(before.get(0), "width")).isEqualTo((int) (full * 30 / 40));
        // After: 40 on three nodes, none on the one that left.
        List<Element> after = bars(page, "after");
        assertThat(number(after.get(0), "width")).isEqualTo(full);
        assertThat(number(after.get(1), "width")).isZero();
        assertThat(bars(page, "no")).hasSize(1);
        for (Element bar : all(page, "rect")) {
            Element picture = (Element) bar.getParentNode();
            String[] box = picture.getAttribute("viewBox").split(" ", -1);
            assertThat(number(bar, "x")).isGreaterThanOrEqualTo(0);
            assertThat(number(bar, "y")).isGreaterThanOrEqualTo(0);
            assertThat(number(bar, "x") + number(bar, "width")).isLessThanOrEqualTo(Double.parseDouble(box[2]));
            assertThat(number(bar, "y") + number(bar, "height")).isLessThanOrEqualTo(Double.parseDouble(box[3]));
        }
        String words = page.getDocumentElement().getTextContent();
        assertThat(words).contains("30 \u2192 gone", "30 \u2192 40");
    }

    @Test
    @DisplayName("a thousand nodes are a curve, and those that change most by name")
    void manyNodes() throws Exception {
        WhatIfResult result =
                Snapshots.settle(Snapshots.even(1_000, 3), "balance", Snapshots.BUILT_IN, "node-leave=n500");

        Document page = parse(WhatIfSnapshot.html("t", List.of("node-leave=n500"), List.of(result)));

        assertThat(bars(page, "before")).hasSize(60);
        assertThat(all(page, "polyline")).hasSize(2);
        String points = all(page, "polyline").get(1).getAttribute("points");
        assertThat(points.split(" ", -1)).hasSize(999).allSatisfy(point -> {
            String[] xy = point.split(",", -1);
            assertThat(Double.parseDouble(xy[0])).isBetween(160.0, 720.0);
            assertThat(Double.parseDouble(xy[1])).isBetween(20.0, 180.0);
        });
        assertThat(page.getDocumentElement().getTextContent()).contains("60 of 1,000 nodes", "3 \u2192 gone");
    }

    @Test
    @DisplayName("there is no chart of nothing")
    void nothing() throws Exception {
        WhatIfResult still = Snapshots.settle(Snapshots.even(3, 5), "balance", Snapshots.BUILT_IN);
        WhatIfResult bare = Snapshots.settle(Snapshots.even(3, 0), "balance", Snapshots.BUILT_IN);
        WhatIfResult placed = Snapshots.settle(Snapshots.even(3, 0), "balance", Snapshots.BUILT_IN, "table-add=6");

        assertThat(all(parse(WhatIfSnapshot.html("t", List.of(), List.of(still))), "svg"))
                .as("loads, and no moves")
                .hasSize(1);
        assertThat(all(parse(WhatIfSnapshot.html("t", List.of(), List.of(bare))), "svg"))
                .isEmpty();
        Document page = parse(WhatIfSnapshot.html("t", List.of(), List.of(placed)));
        assertThat(all(page, "svg")).hasSize(1);
        assertThat(page.getDocumentElement().getTextContent()).contains("No round had moves.");
    }

    @Test
    @DisplayName("nodes of several weights have a line at their share")
    void shares() throws Exception {
        WhatIfResult result =
                Snapshots.settle(Snapshots.even(2, 30), "balance", Snapshots.BUILT_IN, "node-join=n3:weight=4");

        Document page = parse(WhatIfSnapshot.html("t", List.of(), List.of(result)));

        Element bars = all(page, "svg").get(0);
        assertThat(bars.getElementsByTagName("line").getLength()).isEqualTo(3);
        assertThat(page.getDocumentElement().getTextContent()).contains("share of the node by its weight");
    }

    @Test
    @DisplayName("a problem is shown with what to do; thousands of rounds are columns of several")
    void problems() throws Exception {
        WhatIfResult circle = Snapshots.settle(Snapshots.even(2, 5), WhatIfTest.BACK_AND_FORTH);
        Loads loads = circle.after();
        WhatIfResult slow = new WhatIfResult(
                "slow",
                null,
                1_000,
                0,
                1_000,
                0,
                0,
                Collections.nCopies(1_000, 1),
                0,
                "",
                List.of(),
                loads,
                loads,
                loads,
                List.of(),
                List.of());

        Document page = parse(WhatIfSnapshot.html("t", List.of(), List.of(circle, slow)));

        assertThat(page.getDocumentElement().getTextContent())
                .contains("NO, after 2 rounds", "a circle of 2 rounds", "what to do", "rounds 1 to 1,000; a column is");
        assertThat(bars(page, "after")).hasSize(2 + 2 + 2 + 250);
    }
}
