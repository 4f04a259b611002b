package dev.maintainer.node.cli;

import dev.maintainer.api.text.Printable;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * What commands print on. Lines pass through {@link Printable}, so whatever a name or a message holds does not steer the
 * terminal; what is printed without a line end is ours, and passes as it is.
 */
final class TerminalWriter extends PrintWriter {
    TerminalWriter(OutputStream out, Charset charset) {
        super(new OutputStreamWriter(out, charset), true);
    }

    @Override
    public void println(@Nullable String text) {
        super.println(Printable.lines(String.valueOf(text)));
    }

    @Override
    public void println(@Nullable Object value) {
        println(String.valueOf(value));
    }
}
