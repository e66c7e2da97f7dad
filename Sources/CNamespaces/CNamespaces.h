// Namespaces that a thread enters: setns(2).
#ifndef TIDEWAITER_CNAMESPACES_H
#define TIDEWAITER_CNAMESPACES_H

#ifdef __linux__
// As <sched.h> has it for GNU programs, which Swift's are not taken for.
extern int setns(int descriptor, int kind);
#endif

// Has the calling thread, and no other, be in the network namespace that a descriptor is of; -1 in error, which errno tells.
static inline int tw_enter_network(int descriptor) {
#ifdef __linux__
    // CLONE_NEWNET.
    return setns(descriptor, 0x40000000);
#else
    (void)descriptor;
    return -1;
#endif
}
#endif
