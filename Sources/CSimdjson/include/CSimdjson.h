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

// Parses exactly one document in `bytes[0..<count]`. When `padded`, at least `tw_json_padding()` readable bytes follow;
// otherwise the bytes are copied first.
tw_json_status tw_json_parse(tw_json_parser *parser, const uint8_t *bytes, size_t count, bool padded,
                             tw_json_document *out);

// The same in two steps, for documents most of which need not be read: first the document's structure is found, then
// its values are read (`tw_json_read`) or only checked (`tw_json_is_valid`). `bytes` must be padded, and stay.
tw_json_status tw_json_index(tw_json_parser *parser, const uint8_t *bytes, size_t count);
tw_json_status tw_json_read(tw_json_parser *parser, tw_json_document *out);

// Whether reading would succeed for certain and no two of the document's own members have the same name; false where
// only reading can tell.
bool tw_json_is_valid(const tw_json_parser *parser);

// A member of an object in an indexed document: its name without quotes, and where its value stands, by byte and by the
// number of its structural character.
typedef struct tw_json_member {
    const uint8_t *name;
    size_t name_count;
    const uint8_t *value;
    uint32_t value_index;
} tw_json_member;

// The member that begins at structural character `*index` (1 for the first of the document's own, the value's number and
// 1 for those of a member's object); moves `*index` to the next. False at the end, and where it cannot be told.
bool tw_json_member_at(const tw_json_parser *parser, uint32_t *index, tw_json_member *out);
// Whether the object's members have come to their end there.
bool tw_json_is_object_end(const tw_json_parser *parser, uint32_t index);

// Bytes of the string that begins with the quote at `value`; -1 where it has escapes or is longer than 1,024 bytes.
ptrdiff_t tw_json_string_count(const tw_json_parser *parser, const uint8_t *value);

#ifdef __cplusplus
}
#endif

#endif
