// How the C library's allocator gives memory back, where it can be told (mallopt(3), of glibc alone).
#ifndef TIDEWAITER_CMALLOC_H
#define TIDEWAITER_CMALLOC_H
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
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

// Gives back the free pages within all arenas; a millisecond's work for some ten megabytes.
static inline void tw_malloc_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
#endif
