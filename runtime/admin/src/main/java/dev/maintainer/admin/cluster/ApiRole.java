package dev.maintainer.admin.cluster;

/** What somebody may do; each may do what those before it may. */
enum ApiRole {
    /** Look. */
    VIEWER,
    /** Move, pause, resume and drain, too. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    boolean allows(ApiRoute.Target target) {
        return compareTo(target.least()) >= 0;
    }
}
