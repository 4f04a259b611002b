package dev.maintainer.transport.grpc.wire;

import dev.maintainer.transport.grpc.wire.WireException.Reason;
import java.util.EnumMap;
import java.util.Map;

/**
 * The constants of an enum and those of its form on the wire, matched by name. Fails when it is made if a constant of the
 * enum has none. Immutable.
 */
final class EnumMapping<J extends Enum<J>, P extends Enum<P>> {
    private final Map<J, P> toWire;
    private final Map<P, J> fromWire;
    private final String name;

    /**
     * Matches the constants.
     *
     * @param prefix what the names of all constants on the wire begin with
     */
    EnumMapping(Class<J> type, Class<P> wire, String prefix) {
        this.name = type.getSimpleName();
        this.toWire = new EnumMap<>(type);
        this.fromWire = new EnumMap<>(wire);
        for (J constant : type.getEnumConstants()) {
            P counterpart = Enum.valueOf(wire, prefix + constant.name());
            toWire.put(constant, counterpart);
            fromWire.put(counterpart, constant);
        }
    }

    P write(J constant) {
        P wire = toWire.get(constant);
        if (wire == null) {
            throw new IllegalStateException(name + " " + constant + " has no form on the wire");
        }
        return wire;
    }

    J read(P wire) {
        J constant = fromWire.get(wire);
        if (constant == null) {
            throw new WireException(Reason.UNKNOWN_VALUE, name + " " + wire + " is not known here");
        }
        return constant;
    }
}
