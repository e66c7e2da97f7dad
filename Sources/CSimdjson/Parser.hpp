// What the shim's files share: the parser, and simdjson's errors as the caller's.
#ifndef TIDEWAITER_PARSER_HPP
#define TIDEWAITER_PARSER_HPP

#include "CSimdjson.h"

#include <simdjson.h>

struct tw_json_parser {
    simdjson::dom::parser parser;
    size_t max_bytes;
    size_t max_depth;
    size_t capacity = 0;
    // The document that is indexed.
    const uint8_t *bytes = nullptr;
    size_t count = 0;

    // simdjson refuses the depth that it is given: one more, so that the limit itself is allowed.
    // It also refuses to hold less than 32 bytes.
    tw_json_parser(size_t bytes, size_t depth)
        : parser(bytes < 64 ? 64 : bytes), max_bytes(bytes), max_depth(depth + 1) {}

    // Grows in powers of two, so that a run of records of rising size does not allocate for each.
    simdjson::error_code reserve(size_t count) noexcept {
        if (count <= capacity) {
            return simdjson::SUCCESS;
        }
        size_t wanted = capacity == 0 ? 64 * 1024 : capacity;
        while (wanted < count) {
            wanted *= 2;
        }
        if (wanted > parser.max_capacity()) {
            wanted = parser.max_capacity();
        }
        simdjson::error_code error = parser.allocate(wanted, max_depth);
        if (error == simdjson::SUCCESS) {
            capacity = wanted;
        }
        return error;
    }
};

inline tw_json_status status_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS:
        return TW_JSON_OK;
    case simdjson::EMPTY:
        return TW_JSON_EMPTY;
    case simdjson::CAPACITY:
        return TW_JSON_TOO_LARGE;
    case simdjson::DEPTH_ERROR:
        return TW_JSON_TOO_DEEP;
    case simdjson::UTF8_ERROR:
        return TW_JSON_BAD_UTF8;
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
    case simdjson::UNCLOSED_STRING:
        return TW_JSON_BAD_STRING;
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
        return TW_JSON_BAD_NUMBER;
    case simdjson::MEMALLOC:
        return TW_JSON_NO_MEMORY;
    default:
        return TW_JSON_MALFORMED;
    }
}

inline void lend(const simdjson::dom::document &document, tw_json_document *out) {
    out->tape = document.tape.get();
    out->strings = document.string_buf.get();
    out->tape_count = size_t(out->tape[0] & simdjson::internal::JSON_VALUE_MASK);
}

#endif
