// A C interface to the system's pattern libraries: vectorscan finds many literals in one pass, RE2 runs those
// expressions whose literals were found. Both run in time linear in the text.
#ifndef TIDEWAITER_CPATTERNS_H
#define TIDEWAITER_CPATTERNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Compiled patterns: immutable, to be shared between threads.
typedef struct tw_patterns tw_patterns;
// Working memory for scanning one text at a time with one set of patterns.
typedef struct tw_scratch tw_scratch;

enum {
    TW_PATTERN_CASELESS = 1,
    TW_PATTERN_MULTILINE = 2,
    TW_PATTERN_DOTALL = 4,
    // Of literals: where they must stand.
    TW_PATTERN_AT_START = 8,
    TW_PATTERN_AT_END = 16,
};

// A literal (any bytes) or an expression (no NUL), and its flags.
typedef struct tw_pattern {
    const uint8_t *text;
    size_t count;
    uint32_t flags;
    bool is_literal;
} tw_pattern;

// Why patterns do not compile: which one (-1 when none in particular) and the library's words. Free the words.
typedef struct tw_pattern_error {
    int index;
    char *message;
} tw_pattern_error;

void tw_pattern_error_free(tw_pattern_error *error);

// Whether a pattern by itself is taken, without the cost of compiling it for scans; fills `error` when not.
bool tw_pattern_check(const tw_pattern *pattern, tw_pattern_error *error);

// Compiles; NULL with `error` filled when a pattern is not taken.
tw_patterns *tw_patterns_new(const tw_pattern *patterns, size_t count, tw_pattern_error *error);
void tw_patterns_free(tw_patterns *patterns);

// NULL when memory is short.
tw_scratch *tw_scratch_new(const tw_patterns *patterns);
void tw_scratch_free(tw_scratch *scratch);

// Scans `text` and writes the index of each pattern that matches into `matched`, which has room for all of them; each
// once, in no particular order. Returns how many, or -1 when the library failed.
ptrdiff_t tw_patterns_scan(const tw_patterns *patterns, tw_scratch *scratch, const uint8_t *text, size_t count,
                           uint32_t *matched);

// The offset of the first `needle` in `text`, or -1: the C library's memmem, which Swift does not see.
ptrdiff_t tw_find(const void *text, size_t count, const void *needle, size_t needle_count);

#ifdef __cplusplus
}
#endif

#endif
