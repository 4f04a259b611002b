package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Which member has an address, and which one a name. Each of them belongs to one member at a time: people, and the settings
 * of a node, mean one process by its name.
 */
final class Holders {
    private final Map<String, NodeId> byAddress = new HashMap<>();
    private final Map<String, NodeId> byName = new HashMap<>();

    Holders(SortedMap<NodeId, NodeAttributes> members) {
        members.forEach(this::add);
    }

    /** The name is what stands before the last dot of an id; an id without one is a name. */
    private static String nameOf(NodeId node) {
        int dot = node.value().lastIndexOf('.');
        return dot < 0 ? node.value() : node.value().substring(0, dot);
    }

    void add(NodeId node, NodeAttributes attributes) {
        byAddress.put(attributes.address(), node);
        byName.put(nameOf(node), node);
    }

    void remove(Member member) {
        byAddress.remove(member.attributes().address(), member.node());
        byName.remove(nameOf(member.node()), member.node());
    }

    /** The member that has what a node wants for itself; null if there is none. */
    @Nullable
    NodeId of(Member wanting) {
        NodeId holder = byAddress.get(wanting.attributes().address());
        return holder == null ? byName.get(nameOf(wanting.node())) : holder;
    }

    /** What a node wants that the holder has, for people. */
    String claim(Member wanting, NodeId holder) {
        String address = wanting.attributes().address();
        return holder.equals(byAddress.get(address))
                ? "its address " + address + " belongs to " + holder
                : "its name '" + nameOf(wanting.node()) + "' (node.name) belongs to " + holder;
    }
}
