package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.TypeImage;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.connector.postgres.sql.Literals;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the enums and domains that columns need, and gives enums the labels that they have in the source. What is there already is
 * used, whoever has made it. A domain has no conditions here: values have met those of the source.
 */
final class SinkTypes {
    private static final String ENUM = "e";
    private static final String DOMAIN = "d";

    private static final String LOOK =
            "select t.typtype::text, array(select e.enumlabel::text from pg_catalog.pg_enum e"
                    + " where e.enumtypid = t.oid order by e.enumsortorder)"
                    + " from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace"
                    + " where n.nspname = ? and t.typname = ?";

    /** What a type needs that is not there. */
    interface Schemas {
        /** Makes a schema unless it is there. */
        void make(Connection connection, String schema) throws SQLException;
    }

    private record Present(String kind, List<String> labels) {}

    private final Schemas schemas;

    SinkTypes(Schemas schemas) {
        this.schemas = schemas;
    }

    /**
     * Makes all types, and changes those that are there.
     *
     * @param former what the source had before; none if that is not known
     * @param hasRows whether rows have labels that might have become others
     * @throws MaintainerException with {@code DDL_REFUSED} if one is of another kind, or it is not clear which labels were renamed
     */
    void make(Connection connection, List<TypeImage> types, List<TypeImage> former, boolean hasRows)
            throws SQLException {
        for (TypeImage type : types) {
            Present present = present(connection, type);
            if (present == null) {
                schemas.make(connection, type.schema());
                DdlExecution.run(connection, creation(type));
            } else if (!present.kind().equals(type.isDomain() ? DOMAIN : ENUM)) {
                throw new MaintainerException(
                        ErrorCode.DDL_REFUSED,
                        "type " + shown(type) + " is " + (type.isDomain() ? "a domain" : "an enum")
                                + " in the source, and here it is something else; drop or rename that, and try again");
            } else if (!type.isDomain()) {
                alter(connection, formerly(type, former), type, present.labels(), hasRows);
            }
        }
    }

    private static void alter(
            Connection connection, @Nullable TypeImage former, TypeImage type, List<String> present, boolean hasRows)
            throws SQLException {
        EnumAlteration alteration = EnumAlteration.of(former, type, present);
        if (alteration.isUnclear() && hasRows) {
            throw new MaintainerException(
                    ErrorCode.DDL_REFUSED,
                    "type " + shown(type) + " has the labels " + shown(type.texts()) + " in the source"
                            + (former == null ? "" : ", and had " + shown(former.texts())) + "; here it has "
                            + shown(present) + ", and it cannot be told which of these rows should have now; rename"
                            + " them as they were renamed in the source, and try again");
        }
        for (String statement : alteration.statements()) {
            DdlExecution.run(connection, statement);
        }
    }

    private static @Nullable TypeImage formerly(TypeImage type, List<TypeImage> former) {
        return former.stream()
                .filter(each ->
                        each.schema().equals(type.schema()) && each.name().equals(type.name()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Present present(Connection connection, TypeImage type) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LOOK)) {
            select.setString(1, type.schema());
            select.setString(2, type.name());
            try (ResultSet result = select.executeQuery()) {
                if (!result.next()) {
                    return null;
                }
                Array labels = result.getArray(2);
                return new Present(result.getString(1), Arrays.asList((String[]) labels.getArray()));
            }
        }
    }

    private static String creation(TypeImage type) {
        String name = Identifiers.quoted(type.schema()) + "." + Identifiers.quoted(type.name());
        return type.isDomain()
                ? "create domain " + name + " as " + type.base()
                        + (type.collation() == null ? "" : " collate " + type.collation())
                : "create type " + name + " as enum ("
                        + type.texts().stream().map(Literals::quoted).collect(Collectors.joining(", ")) + ")";
    }

    private static String shown(TypeImage type) {
        return Printable.line(new TableName(type.schema(), type.name()).toString());
    }

    private static String shown(List<String> labels) {
        return Printable.line(String.join(", ", labels));
    }
}
