package dev.maintainer.membership.store;

/**
 * By what processes of one cluster show the store that they belong to it. Records are theirs alone then.
 *
 * @param user not empty, without a colon
 * @param password not empty
 */
public record StoreCredentials(String user, String password) {
    /**
     * Refuses what cannot be told from something else.
     *
     * @param user not empty, without a colon
     * @param password not empty
     * @throws IllegalArgumentException if it is not so
     */
    public StoreCredentials {
        if (user.isEmpty() || user.indexOf(':') >= 0 || password.isEmpty()) {
            throw new IllegalArgumentException("credentials need a user without a colon, and a password");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "StoreCredentials[user=" + user + "]";
    }
}
