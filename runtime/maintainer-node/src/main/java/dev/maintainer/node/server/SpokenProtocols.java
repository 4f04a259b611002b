package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.peer.ProtocolRange;

/** What this process speaks: what its release does, unless a test wants it to be like an older one. */
public final class SpokenProtocols {
    /** The system property that tests set: the newest protocol that this process may speak. */
    public static final String NEWEST = "maintainer.protocol.max";

    private SpokenProtocols() {}

    /**
     * {@return what this process speaks}
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if the property names nothing that this release speaks
     */
    public static ProtocolRange ofThisProcess() throws MaintainerException {
        String newest = System.getProperty(NEWEST);
        return newest == null ? ProtocolRange.OF_RELEASE : ProtocolRange.OF_RELEASE.upTo(number(newest));
    }

    private static int number(String newest) {
        ProtocolRange release = ProtocolRange.OF_RELEASE;
        try {
            int number = Integer.parseInt(newest);
            if (release.min() <= number && number <= release.max()) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "-D" + NEWEST + "=" + Printable.quoted(newest) + " is not from " + release.min() + " to "
                        + release.max() + ", which this release speaks; it is meant for tests, so leave it out");
    }
}
