#include "CSimdjson.h"

#include <new>
#include <simdjson.h>

namespace dom = simdjson::dom;

struct tw_json_parser {
    dom::parser parser;
    size_t max_bytes;
    size_t max_depth;
    size_t capacity = 0;

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

static tw_json_status status_of(simdjson::error_code error) {
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

extern "C" size_t tw_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

extern "C" tw_json_parser *tw_json_parser_new(size_t max_bytes, size_t max_depth) {
    return new (std::nothrow) tw_json_parser(max_bytes, max_depth);
}

extern "C" void tw_json_parser_free(tw_json_parser *parser) { delete parser; }

extern "C" void tw_json_parser_release(tw_json_parser *parser) {
    parser->parser = dom::parser(parser->parser.max_capacity());
    parser->capacity = 0;
}

extern "C" tw_json_status tw_json_parse(tw_json_parser *parser, const uint8_t *bytes, size_t count, bool padded,
                                        tw_json_document *out) {
    if (count > parser->max_bytes) {
        return TW_JSON_TOO_LARGE;
    }
    if (simdjson::error_code error = parser->reserve(count)) {
        return status_of(error);
    }
    dom::element root;
    if (simdjson::error_code error = parser->parser.parse(bytes, count, !padded).get(root)) {
        return status_of(error);
    }
    const dom::document &document = parser->parser.doc;
    out->tape = document.tape.get();
    out->strings = document.string_buf.get();
    out->tape_count = size_t(out->tape[0] & simdjson::internal::JSON_VALUE_MASK);
    return TW_JSON_OK;
}
