/* A disk without room while a certain file is there: nothing grows, what is there may be written
   over. For tests alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int grows(int file, off_t end)
{
    const char *name = getenv("DISK_IS_FULL");
    struct stat found;
    return name && !access(name, F_OK) && !fstat(file, &found) && S_ISREG(found.st_mode) &&
           end > found.st_size;
}

static off_t sum(const struct iovec *parts, int count)
{
    off_t length = 0;
    for (int at = 0; at < count; at++)
        length += parts[at].iov_len;
    return length;
}

#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
    real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define NO_ROOM_FROM(file, end)                                                                    \
    if (grows(file, end)) {                                                                        \
        errno = ENOSPC;                                                                            \
        return -1;                                                                                 \
    }

ssize_t write(int file, const void *bytes, size_t length)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    NO_ROOM_FROM(file, lseek(file, 0, SEEK_CUR) + (off_t)length);
    return real(file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    NO_ROOM_FROM(file, at + (off_t)length);
    return real(file, bytes, length, at);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at)
{
    REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
    NO_ROOM_FROM(file, at + sum(parts, count));
    return real(file, parts, count, at);
}

int posix_fallocate(int file, off_t at, off_t length)
{
    REAL(int, "posix_fallocate", int, off_t, off_t);
    return grows(file, at + length) ? ENOSPC : real(file, at, length);
}

/* The same under the names that a program with large files calls. */
ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at)
{
    return pwrite(file, bytes, length, at);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off_t at)
{
    return pwritev(file, parts, count, at);
}

int posix_fallocate64(int file, off_t at, off_t length)
{
    return posix_fallocate(file, at, length);
}
