// Access control lists of files: extended attributes (xattr(7)).
#ifndef TIDEWAITER_CACCESSCONTROL_H
#define TIDEWAITER_CACCESSCONTROL_H
#include <stddef.h>
#include <sys/types.h>
#include <sys/xattr.h>

// The access control list of the file at a path, without following a symbolic link; -1 where it has none, or in error.
static inline ssize_t tw_access_list(const char *path, void *bytes, size_t size) {
#ifdef __linux__
    return lgetxattr(path, "system.posix_acl_access", bytes, size);
#else
    (void)path; (void)bytes; (void)size;
    return -1;
#endif
}
#endif
