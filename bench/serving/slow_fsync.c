/* A disk that takes longer: every fsync and fdatasync after a wait, in microseconds, of
   SLOW_FSYNC. Put before a process with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_first(void) {
    const char *given = getenv("SLOW_FSYNC");
    if (given) usleep((useconds_t)atoi(given));
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_first();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_first();
    return real(file);
}
