package dev.maintainer.node.cli;

import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.replication.ConnectorAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A sink of files, where no other one will do: {@code files:DIR}, or {@code DIR} alone. */
final class SinkPath implements ITypeConverter<Path> {
    SinkPath() {}

    @Override
    public Path convert(String text) {
        String place = text;
        if (ConnectorAddress.hasScheme(text)) {
            ConnectorAddress address = ConnectorAddress.parse(text, "--sink");
            if (!address.scheme().equals(FileSinkProvider.SCHEME)) {
                throw new TypeConversionException(address
                        + " is no sink of files, and this command knows no others; write files:DIR, or DIR alone");
            }
            place = address.location();
        }
        if (place.isBlank()) {
            throw new TypeConversionException("'" + text + "' names no place; write files:DIR, or DIR alone");
        }
        try {
            return Path.of(place);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
