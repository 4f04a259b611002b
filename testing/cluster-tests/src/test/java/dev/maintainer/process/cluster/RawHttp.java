package dev.maintainer.process.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Requests with any headers, such as a host that is not asked; a client of HTTP that is honest sends none of these. */
public final class RawHttp {
    private static final int PATIENCE_MILLIS = 20_000;

    /**
     * What was answered.
     *
     * @param status of HTTP
     * @param body an object; empty if there was none
     */
    public record Answer(int status, JsonNode body) {}

    private final int port;
    private final Map<String, String> always;

    /**
     * Asks nothing yet.
     *
     * @param address {@code HOST:PORT}, at the loopback address
     * @param always headers that each request has, if it says nothing else
     */
    public RawHttp(String address, Map<String, String> always) {
        this.port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        this.always = Map.copyOf(always);
    }

    /** Sends one request on a connection of its own. */
    public Answer send(String method, String path, String body, Map<String, String> headers) throws IOException {
        Map<String, String> all = new TreeMap<>(Map.of("Host", "127.0.0.1:" + port, "Connection", "close"));
        if (!body.isEmpty()) {
            all.put("Content-Type", "application/json");
        }
        all.put("Content-Length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length));
        all.putAll(always);
        all.putAll(headers);
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        all.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        request.append("\r\n").append(body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Answer parse(String text) throws IOException {
        if (!text.startsWith("HTTP/1.1 ")) {
            throw new IOException("no answer of HTTP: " + text);
        }
        int begin = text.indexOf('{');
        int end = text.lastIndexOf('}');
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                begin < 0 || end < begin
                        ? JsonNodeFactory.instance.objectNode()
                        : new ObjectMapper().readTree(text.substring(begin, end + 1)));
    }
}
