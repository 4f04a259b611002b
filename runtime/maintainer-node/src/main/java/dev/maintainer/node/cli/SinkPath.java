package dev.maintainer.node.cli;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.files.FileSinkProvider;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A sink of files, where no other one will do: {@code files:DIR}, or {@code DIR} alone. */
final class SinkPath implements ITypeConverter<Path> {
    SinkPath() {}

    @Override
    public Path convert(String text) {
        try {
            return FileSinkProvider.directory(FileSinkProvider.addressOf(text, "--sink"));
        } catch (MaintainerException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
