package dev.maintainer.node.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A node that answers everything alike, and keeps what it has heard last. */
final class Responder implements AutoCloseable {
    private final ServerSocket socket;
    private volatile String answer = "200 {}";
    private volatile String heard = "";

    Responder(ServerSocket socket) {
        this.socket = socket;
        Thread thread = new Thread(this::serve, "responder");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    void answers(String text) {
        answer = text;
    }

    String heard() {
        return heard;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                heard = read(client);
                String[] parts = answer.split(" ", 2);
                client.getOutputStream()
                        .write(("HTTP/1.1 " + parts[0] + " X\r\nConnection: close\r\nContent-Length: "
                                        + parts[1].length() + "\r\n\r\n" + parts[1])
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // Somebody has hung up, perhaps because nobody trusts the certificate.
            }
        }
    }

    private static String read(Socket client) throws IOException {
        StringBuilder text = new StringBuilder();
        int wanted = -1;
        while (wanted < 0 || text.length() < wanted) {
            int next = client.getInputStream().read();
            // Whoever begins a TLS session sends no line of text.
            if (next < 0 || (next < ' ' && next != '\r' && next != '\n')) {
                break;
            }
            text.append((char) next);
            if (wanted < 0 && text.toString().endsWith("\r\n\r\n")) {
                String head = text.toString();
                int at = head.indexOf("Content-Length: ");
                int body = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
                wanted = text.length() + body;
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
