package dev.maintainer.connector.postgres.world;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGBinaryObject;

/** Connections whose server is a model. They can do what the product asks of a driver, and refuse everything else. */
final class ModelConnection {
    /** The newest release that the connectors know. */
    private static final int VERSION = 18;
    /** The number of the type of texts. */
    private static final int TEXT = 25;

    private ModelConnection() {}

    /** A session of a server. */
    interface Session {
        /** Executes a statement as the product writes it; of several in one the last counts. */
        Answer execute(String sql, List<@Nullable Object> parameters) throws SQLException;

        void commit() throws SQLException;

        void rollback() throws SQLException;

        void close();
    }

    /**
     * What a statement has found or done.
     *
     * @param changed how many rows it has changed
     */
    record Answer(List<List<@Nullable Object>> rows, int changed) {
        static final Answer NOTHING = new Answer(List.of(), 0);

        static Answer changed(int rows) {
            return new Answer(List.of(), rows);
        }

        static Answer row(@Nullable Object... values) {
            List<@Nullable Object> row = new ArrayList<>();
            for (Object value : values) {
                row.add(value);
            }
            return new Answer(List.of(row), 0);
        }
    }

    static Connection of(Session session) {
        return proxy(Connection.class, (method, arguments) -> switch (method) {
            case "prepareStatement" -> statement(PreparedStatement.class, session, (String) arguments[0]);
            case "createStatement" -> statement(Statement.class, session, "");
            case "createArrayOf" -> array((Object[]) arguments[1]);
            case "getMetaData" ->
                proxy(DatabaseMetaData.class, (asked, unused) -> {
                    if (asked.equals("getDatabaseMajorVersion")) {
                        return VERSION;
                    }
                    throw new UnsupportedOperationException(asked);
                });
            case "commit" -> {
                session.commit();
                yield null;
            }
            case "rollback" -> {
                session.rollback();
                yield null;
            }
            case "setSavepoint" ->
                proxy(Savepoint.class, (asked, unused) -> {
                    throw new UnsupportedOperationException(asked);
                });
            case "close" -> {
                session.close();
                yield null;
            }
            case "setAutoCommit" -> null;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private static Array array(@Nullable Object[] values) {
        return proxy(Array.class, (method, arguments) -> {
            if (method.equals("getArray")) {
                return values;
            }
            throw new UnsupportedOperationException(method);
        });
    }

    /** An array of texts, as a server reads it. */
    private static @Nullable Object[] texts(PGBinaryObject sent) {
        byte[] bytes = new byte[sent.lengthInBytes()];
        sent.toBytes(bytes, 0);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int dimensions = in.getInt();
        int hasNulls = in.getInt();
        if (dimensions != 1 || hasNulls != 1 || in.getInt() != TEXT) {
            throw new IllegalArgumentException("no array of texts");
        }
        @Nullable Object[] texts = new Object[in.getInt()];
        if (in.getInt() != 1) {
            throw new IllegalArgumentException("no array that begins at 1");
        }
        for (int i = 0; i < texts.length; i++) {
            int length = in.getInt();
            if (length >= 0) {
                byte[] text = new byte[length];
                in.get(text);
                texts[i] = new String(text, StandardCharsets.UTF_8);
            }
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("something behind the array");
        }
        return texts;
    }

    private static <T extends Statement> T statement(Class<T> type, Session session, String prepared) {
        TreeMap<Integer, @Nullable Object> parameters = new TreeMap<>();
        Answer[] last = {Answer.NOTHING};
        List<List<@Nullable Object>> batch = new ArrayList<>();
        return proxy(type, (method, arguments) -> switch (method) {
            case "setLong", "setInt", "setString", "setBytes", "setObject" -> {
                Object value = arguments[1];
                parameters.put((Integer) arguments[0], value instanceof PGBinaryObject sent ? texts(sent) : value);
                yield null;
            }
            case "setArray" -> {
                parameters.put((Integer) arguments[0], ((Array) arguments[1]).getArray());
                yield null;
            }
            case "setFetchSize", "close" -> null;
            case "execute", "executeQuery", "executeUpdate" -> {
                String sql = arguments.length == 0 ? prepared : (String) arguments[0];
                last[0] = session.execute(sql, new ArrayList<>(parameters.values()));
                yield switch (method) {
                    case "executeQuery" -> results(last[0]);
                    case "executeUpdate" -> last[0].changed();
                    default -> true;
                };
            }
            case "addBatch" -> {
                batch.add(new ArrayList<>(parameters.values()));
                yield null;
            }
            case "executeBatch" -> {
                int[] changed = new int[batch.size()];
                for (int i = 0; i < changed.length; i++) {
                    changed[i] = session.execute(prepared, batch.get(i)).changed();
                }
                yield changed;
            }
            case "getMoreResults" -> true;
            case "getResultSet" -> results(last[0]);
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private static ResultSet results(Answer answer) {
        int[] at = {-1};
        return proxy(ResultSet.class, (method, arguments) -> {
            if (method.equals("next")) {
                return ++at[0] < answer.rows().size();
            } else if (method.equals("close")) {
                return null;
            }
            Object value = answer.rows().get(at[0]).get((Integer) arguments[0] - 1);
            return switch (method) {
                case "getString" -> value == null ? null : value.toString();
                case "getLong" -> value == null ? 0L : ((Number) value).longValue();
                case "getInt" -> value == null ? 0 : ((Number) value).intValue();
                case "getBoolean" -> value != null && (Boolean) value;
                case "getBytes" ->
                    value instanceof byte[] || value == null
                            ? value
                            : value.toString().getBytes(StandardCharsets.UTF_8);
                case "getObject" -> value == null ? null : (Object) ((Number) value).longValue();
                default -> throw new UnsupportedOperationException(method);
            };
        });
    }

    /** A method by its name. */
    private interface Behaviour {
        @Nullable
        Object call(String method, Object[] arguments) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Behaviour behaviour) {
        InvocationHandler handler = (Object self, Method method, @Nullable Object[] arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> type.getSimpleName();
                };
            }
            return behaviour.call(method.getName(), arguments == null ? new Object[0] : arguments);
        };
        return type.cast(
                Proxy.newProxyInstance(ModelConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
