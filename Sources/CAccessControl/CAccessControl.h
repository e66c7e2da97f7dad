// Access control lists of files: extended attributes (xattr(7)).
#ifndef TIDEWAITER_CACCESSCONTROL_H
#define TIDEWAITER_CACCESSCONTROL_H

#ifdef __linux__
// As <sys/xattr.h> has it; including that would have the system's types seem to be of this module.
extern long lgetxattr(const char *path, const char *name, void *value, unsigned long size);
#endif

// The access control list of the file at a path, without following a symbolic link; -1 where it has none, or in error.
static inline long tw_access_list(const char *path, void *bytes, unsigned long size) {
#ifdef __linux__
    return lgetxattr(path, "system.posix_acl_access", bytes, size);
#else
    (void)path; (void)bytes; (void)size;
    return -1;
#endif
}
#endif
