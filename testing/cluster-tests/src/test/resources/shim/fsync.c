/*
 * Fails the first fsync of a segment once the file that MAINTAINER_FSYNC_FAILS names exists: with EIO, and without having
 * written anything. The file is renamed to that name with ".done", and then says which segment it was.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int fd) {
    const char *wanted = getenv("MAINTAINER_FSYNC_FAILS");
    if (wanted == NULL || access(wanted, F_OK) != 0) {
        return 0;
    }
    char link[64], file[PATH_MAX], done[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, file, sizeof file - 1);
    if (length < 4) {
        return 0;
    }
    file[length] = 0;
    if (strstr(file, "/segments/") == NULL || strcmp(file + length - 4, ".log") != 0) {
        return 0;
    }
    snprintf(done, sizeof done, "%s.done", wanted);
    if (rename(wanted, done) != 0) {
        return 0;
    }
    int out = open(done, O_WRONLY | O_TRUNC);
    if (out >= 0) {
        ssize_t written = write(out, file, (size_t) length);
        (void) written;
        close(out);
    }
    errno = EIO;
    return 1;
}

int fsync(int fd) {
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    }
    return fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    }
    return fails(fd) ? -1 : real(fd);
}
