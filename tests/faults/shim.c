/* fsync and fdatasync of a bad disk, for LD_PRELOAD.
 *
 * FAULT_SYNC_DELAY_US   each takes so much longer
 * FAULT_SYNC_DROP       says "done", does nothing
 * FAULT_SYNC_FAIL_FILE  fails with EIO while that file exists
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int through(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *delay = getenv("FAULT_SYNC_DELAY_US");
    const char *fail = getenv("FAULT_SYNC_FAIL_FILE");
    if (delay) usleep((useconds_t)atoi(delay));
    if (fail && access(fail, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    return getenv("FAULT_SYNC_DROP") ? 0 : real(fd);
}

int fsync(int fd) { return through("fsync", fd); }
int fdatasync(int fd) { return through("fdatasync", fd); }
