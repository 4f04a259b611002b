package dev.maintainer.admin.cluster;

/** What somebody may do. */
enum ApiRole {
    /** Look. */
    VIEWER,
    /** Move, pause, resume and drain, too. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    /** Whether it allows a request. */
    boolean allows(String method, String path) {
        if (method.equals("GET")) {
            return true;
        }
        boolean ordinary = path.endsWith("/move")
                || path.endsWith("/pause")
                || path.endsWith("/resume")
                || path.endsWith("/drain");
        return ordinary ? this != VIEWER : this == ADMIN;
    }
}
