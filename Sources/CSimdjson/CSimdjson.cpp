#include "CSimdjson.h"

#include "Parser.hpp"

#include <new>

namespace dom = simdjson::dom;

extern "C" size_t tw_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

extern "C" tw_json_parser *tw_json_parser_new(size_t max_bytes, size_t max_depth) {
    return new (std::nothrow) tw_json_parser(max_bytes, max_depth);
}

extern "C" void tw_json_parser_free(tw_json_parser *parser) { delete parser; }

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
    lend(parser->parser.doc, out);
    return TW_JSON_OK;
}
