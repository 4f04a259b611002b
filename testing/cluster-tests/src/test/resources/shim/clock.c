/*
 * Moves the wall clock, and no other clock, by as many seconds as the first eight bytes of the file say that
 * MAINTAINER_CLOCK_OFFSET names. The file is mapped, so that the clock jumps when it is written.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *mapped;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("MAINTAINER_CLOCK_OFFSET");
    int fd = file == NULL ? -1 : open(file, O_RDONLY);
    if (fd >= 0) {
        void *memory = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
        mapped = memory == MAP_FAILED ? NULL : memory;
        close(fd);
    }
}

static int64_t offset(void) {
    return mapped == NULL ? 0 : *mapped;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL) {
        real = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    }
    int result = real(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += offset();
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void) zone;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return -1;
    }
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}
