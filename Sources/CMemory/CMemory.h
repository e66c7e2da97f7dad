// How a process gives memory back, where the system can be told: mallopt(3) of glibc, madvise(2) of Linux.
#ifndef TIDEWAITER_CMEMORY_H
#define TIDEWAITER_CMEMORY_H
#include <stdint.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

// Blocks of `large` bytes or more are mapped by themselves and go back when they are freed, whatever was freed before;
// of what smaller ones leave, `kept` bytes stay at an arena's end.
static inline void tw_malloc_give_back(int large, int kept) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, large);
    mallopt(M_TRIM_THRESHOLD, kept);
#else
    (void)large;
    (void)kept;
#endif
}

// Has all threads take their blocks from so many arenas together, so that what one frees the others use again.
static inline void tw_malloc_share(int arenas) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, arenas);
#else
    (void)arenas;
#endif
}

// Gives back the free pages within all arenas; a millisecond's work for some ten megabytes.
static inline void tw_malloc_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

#ifdef __linux__
// Where the program's code begins and ends, as the linker says.
extern char __executable_start, etext;
#endif

// Lets go of the pages of the program's own code: those that are run again come back from the page cache, or its file.
static inline void tw_code_let_go(void) {
#ifdef __linux__
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)&__executable_start & ~(page - 1);
    uintptr_t end = (uintptr_t)&etext & ~(page - 1);
    madvise((void *)start, end - start, MADV_DONTNEED);
#endif
}
#endif
