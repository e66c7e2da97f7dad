// A C interface to the system's regular-expression libraries: vectorscan (many patterns in one pass) and RE2 (one
// expression at a time, for those that vectorscan does not take). Both run in time linear in the text.
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
// One expression compiled by RE2: immutable, to be shared between threads.
typedef struct tw_expression tw_expression;

enum {
    TW_PATTERN_CASELESS = 1,
    TW_PATTERN_MULTILINE = 2,
    TW_PATTERN_DOTALL = 4,
};

// An expression in PCRE syntax, NUL-terminated, and its flags.
typedef struct tw_pattern {
    const char *expression;
    uint32_t flags;
} tw_pattern;

// Why patterns do not compile: which one (-1 when none in particular) and the library's words. Free the words.
typedef struct tw_pattern_error {
    int index;
    char *message;
} tw_pattern_error;

void tw_pattern_error_free(tw_pattern_error *error);

// Whether vectorscan takes one expression; fills `error` when not.
bool tw_pattern_check(const tw_pattern *pattern, tw_pattern_error *error);

// Compiles; NULL with `error` filled when a pattern is not taken.
tw_patterns *tw_patterns_new(const tw_pattern *patterns, size_t count, tw_pattern_error *error);
void tw_patterns_free(tw_patterns *patterns);

// NULL when memory is short.
tw_scratch *tw_scratch_new(const tw_patterns *patterns);
void tw_scratch_free(tw_scratch *scratch);

// Scans `text` once and writes the index of each pattern that matches into `matched`, which has room for all of them;
// each at most once, in no particular order. Returns how many, or -1 when the library failed.
ptrdiff_t tw_patterns_scan(const tw_patterns *patterns, tw_scratch *scratch, const uint8_t *text, size_t count,
                           uint32_t *matched);

// Compiles with RE2, by bytes (Latin-1), so that any text can be searched; NULL with `error` filled when not taken.
tw_expression *tw_expression_new(const tw_pattern *pattern, tw_pattern_error *error);
void tw_expression_free(tw_expression *expression);
bool tw_expression_search(const tw_expression *expression, const uint8_t *text, size_t count);

// The offset of the first `needle` in `text`, or -1: the C library's memmem, which Swift does not see.
ptrdiff_t tw_find(const void *text, size_t count, const void *needle, size_t needle_count);

#ifdef __cplusplus
}
#endif

#endif
