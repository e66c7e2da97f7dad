// A C interface to the system's simdjson (https://github.com/simdjson/simdjson), DOM side.
//
// One call parses one document; its tape (simdjson, doc/tape.md) is then read in place, so that looking a value up
// costs no call at all.
#ifndef TIDEWAITER_CSIMDJSON_H
#define TIDEWAITER_CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tw_json_parser tw_json_parser;

// What `tw_json_parse` found; a closed list, so that a newer simdjson cannot surprise the caller.
typedef enum tw_json_status {
    TW_JSON_OK = 0,
    TW_JSON_EMPTY = 1,
    TW_JSON_TOO_LARGE = 2,
    TW_JSON_TOO_DEEP = 3,
    TW_JSON_BAD_UTF8 = 4,
    TW_JSON_BAD_STRING = 5,
    TW_JSON_BAD_NUMBER = 6,
    TW_JSON_MALFORMED = 7,
    TW_JSON_NO_MEMORY = 8,
} tw_json_status;

// A parsed document: 64-bit tape words and the string buffer they point into. Lent until the next parse.
typedef struct tw_json_document {
    const uint64_t *tape;
    const uint8_t *strings;
    size_t tape_count;
} tw_json_document;

// Bytes that must be readable after the document (simdjson reads past its end); their content does not matter.
size_t tw_json_padding(void);

// Returns NULL when memory is short.
tw_json_parser *tw_json_parser_new(size_t max_bytes, size_t max_depth);
void tw_json_parser_free(tw_json_parser *parser);

/* Gives back the memory that documents took; the last one's tape and strings go with it. */
void tw_json_parser_release(tw_json_parser *parser);

// Parses exactly one document in `bytes[0..<count]`. When `padded`, at least `tw_json_padding()` readable bytes follow;
// otherwise the bytes are copied first.
tw_json_status tw_json_parse(tw_json_parser *parser, const uint8_t *bytes, size_t count, bool padded,
                             tw_json_document *out);

#ifdef __cplusplus
}
#endif

#endif
