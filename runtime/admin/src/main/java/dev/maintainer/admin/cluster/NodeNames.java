package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** People name a node by its id, or by its name alone: that is the id without the last dot and what follows. */
final class NodeNames {
    private NodeNames() {}

    /**
     * The member that is meant.
     *
     * @throws MaintainerException if there is none, or more than one
     */
    static NodeId resolve(Collection<NodeId> members, String said) throws MaintainerException {
        List<NodeId> meant = members.stream()
                .filter(each -> each.value().equals(said) || nameOf(each).equals(said))
                .toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        TreeSet<String> names = new TreeSet<>();
        members.forEach(each -> names.add(nameOf(each)));
        throw new MaintainerException(
                ErrorCode.UNKNOWN_NAME,
                meant.isEmpty()
                        ? "no member is called " + Printable.quoted(ChangefeedNames.shortened(said))
                                + NearestName.question(ChangefeedNames.shortened(said), names)
                                + "; there are " + String.join(", ", names)
                        : Printable.quoted(said) + " may be any of " + meant + "; say the whole id");
    }

    static String nameOf(NodeId id) {
        int dot = id.value().lastIndexOf('.');
        return dot < 0 ? id.value() : id.value().substring(0, dot);
    }
}
