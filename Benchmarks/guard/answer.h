// Reads one HTTP/1.1 answer after another from a connection, a piece at a time, and keeps only its status.
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer_state { ANSWER_HEAD, ANSWER_BODY, ANSWER_UNTIL_CLOSE, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER };

struct answer {
    enum answer_state state;
    char line[4096]; // The head, or one line of the chunked coding.
    size_t line_length;
    uint64_t left; // Bytes of the body or of the chunk.
    uint64_t body; // Bytes of the body so far.
    int status;
    bool closes;
};

enum answer_progress { ANSWER_MORE, ANSWER_WHOLE, ANSWER_BROKEN };

// Takes `length` bytes and says how many of them it used: all, unless the answer ended before.
enum answer_progress answer_take(struct answer *answer, const char *bytes, size_t length, size_t *used);

#endif
