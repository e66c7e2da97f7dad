#include "CSimdjson.h"
#include "Parser.hpp"

#include <cstring>

using simdjson::internal::dom_parser_implementation;

extern "C" tw_json_status tw_json_index(tw_json_parser *parser, const uint8_t *bytes, size_t count) {
    if (count > parser->max_bytes) {
        return TW_JSON_TOO_LARGE;
    }
    if (simdjson::error_code error = parser->reserve(count)) {
        return status_of(error);
    }
    simdjson::dom::document &document = parser->parser.doc;
    if (document.capacity() < count) {
        if (simdjson::error_code error = document.allocate(parser->capacity)) {
            return status_of(error);
        }
    }
    parser->bytes = bytes;
    parser->count = count;
    return status_of(parser->parser.implementation->stage1(bytes, count, simdjson::stage1_mode::regular));
}

extern "C" tw_json_status tw_json_read(tw_json_parser *parser, tw_json_document *out) {
    simdjson::dom::document &document = parser->parser.doc;
    if (simdjson::error_code error = parser->parser.implementation->stage2(document)) {
        return status_of(error);
    }
    lend(document, out);
    return TW_JSON_OK;
}

namespace {

// The structural characters of the indexed document: brackets, commas, colons, and where strings and scalars begin.
struct Structure {
    const uint8_t *bytes;
    size_t count;
    const uint32_t *indexes;
    uint32_t size;

    explicit Structure(const tw_json_parser *parser) : bytes(parser->bytes), count(parser->count) {
        const dom_parser_implementation &implementation = *parser->parser.implementation;
        indexes = implementation.structural_indexes.get();
        size = implementation.n_structural_indexes;
    }

    // 0 past the end, which is no structural character.
    uint8_t at(uint32_t index) const { return index < size ? bytes[indexes[index]] : 0; }
};

bool is_behind_scalar(uint8_t byte) {
    return byte == ',' || byte == '}' || byte == ']' || byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

// Literals, and whole numbers small enough for any reader; what else there is is left to simdjson.
bool is_plain_scalar(const uint8_t *text, const uint8_t *end) {
    switch (*text) {
    case 't':
        return end - text > 4 && memcmp(text, "true", 4) == 0 && is_behind_scalar(text[4]);
    case 'n':
        return end - text > 4 && memcmp(text, "null", 4) == 0 && is_behind_scalar(text[4]);
    case 'f':
        return end - text > 5 && memcmp(text, "false", 5) == 0 && is_behind_scalar(text[5]);
    case '0':
        return end - text > 1 && is_behind_scalar(text[1]);
    default:
        break;
    }
    if (*text == '-') text++;
    if (text >= end || *text < '1' || *text > '9') return false;
    const uint8_t *start = text;
    while (text < end && *text >= '0' && *text <= '9') text++;
    return text - start < 18 && text < end && is_behind_scalar(*text);
}

bool is_hexadecimal(uint8_t byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

// Every escape is one that JSON has; surrogates, which come in pairs, are left to simdjson.
bool has_plain_escapes(const uint8_t *text, const uint8_t *end) {
    while ((text = static_cast<const uint8_t *>(memchr(text, '\\', size_t(end - text))))) {
        if (end - text < 2) return false;
        uint8_t kind = text[1];
        if (kind == 'u') {
            if (end - text < 6 || text[2] == 'd' || text[2] == 'D') return false;
            for (int i = 2; i < 6; i++) {
                if (!is_hexadecimal(text[i])) return false;
            }
            text += 6;
        } else if (kind == '"' || kind == '\\' || kind == '/' || kind == 'b' || kind == 'f' || kind == 'n' ||
                   kind == 'r' || kind == 't') {
            text += 2;
        } else {
            return false;
        }
    }
    return true;
}

// A number that differs for most names that differ: length and last bytes. 0 for a name with escapes, which may be
// another name's second spelling.
uint64_t name_word(const Structure &text, uint32_t index) {
    const uint8_t *start = text.bytes + text.indexes[index] + 1;
    const uint8_t *end = static_cast<const uint8_t *>(memchr(start, '"', text.count - text.indexes[index] - 1));
    if (!end || memchr(start, '\\', size_t(end - start))) return 0;
    size_t count = size_t(end - start), tail = count < 7 ? count : 7;
    uint64_t word = 0;
    memcpy(&word, end - tail, tail);
    return word << 8 | ((count + 1) & 0xff);
}

} // namespace

extern "C" bool tw_json_is_valid(const tw_json_parser *parser) {
    const Structure text(parser);
    if (text.at(0) != '{' || !has_plain_escapes(text.bytes, text.bytes + text.count)) return false;
    const uint8_t *end = text.bytes + text.count;
    const size_t deepest = 128;
    bool is_object[deepest];
    uint64_t names[64];
    size_t depth = 0, name_count = 0;
    uint32_t index = 0;
    uint8_t byte = '{';

object_begin:
    if (depth == deepest || depth + 1 >= parser->max_depth) return false;
    is_object[depth++] = true;
    byte = text.at(++index);
    if (byte == '}') goto scope_end;
object_member:
    if (byte != '"' || text.at(index + 1) != ':') return false;
    if (depth == 1) {
        uint64_t name = name_word(text, index);
        for (size_t i = 0; i < name_count; i++) {
            if (names[i] == name) return false;
        }
        if (name == 0 || name_count == 64) return false;
        names[name_count++] = name;
    }
    index += 2;
    byte = text.at(index);
value:
    switch (byte) {
    case '"':
        break;
    case '{':
        goto object_begin;
    case '[':
        if (depth == deepest || depth + 1 >= parser->max_depth) return false;
        is_object[depth++] = false;
        byte = text.at(++index);
        if (byte == ']') goto scope_end;
        goto value;
    case 0:
        return false;
    default:
        if (!is_plain_scalar(text.bytes + text.indexes[index], end)) return false;
    }
value_end:
    byte = text.at(++index);
    if (is_object[depth - 1]) {
        if (byte == ',') {
            byte = text.at(++index);
            goto object_member;
        }
        if (byte != '}') return false;
    } else {
        if (byte == ',') {
            byte = text.at(++index);
            goto value;
        }
        if (byte != ']') return false;
    }
scope_end:
    if (--depth == 0) return index + 1 == text.size;
    goto value_end;
}

extern "C" ptrdiff_t tw_json_string_count(const tw_json_parser *parser, const uint8_t *value) {
    const uint8_t *start = value + 1, *limit = parser->bytes + parser->count;
    if (limit - start > 1025) limit = start + 1025;
    for (const uint8_t *byte = start; byte < limit; byte++) {
        if (*byte == '"') return byte - start;
        if (*byte == '\\') return -1;
    }
    return -1;
}

extern "C" bool tw_json_member_at(const tw_json_parser *parser, uint32_t *index, tw_json_member *out) {
    const Structure text(parser);
    uint32_t place = *index;
    if (text.at(place) == ',') place++;
    if (text.at(place) != '"' || text.at(place + 1) != ':' || place + 2 >= text.size) return false;
    const uint8_t *name = text.bytes + text.indexes[place];
    ptrdiff_t count = tw_json_string_count(parser, name);
    if (count < 0) return false;
    *out = {name + 1, size_t(count), text.bytes + text.indexes[place + 2], place + 2};
    size_t depth = 0;
    for (place += 2; place < text.size; place++) {
        uint8_t byte = text.bytes[text.indexes[place]];
        if (byte == '{' || byte == '[') {
            depth++;
        } else if (byte == '}' || byte == ']') {
            if (depth == 0) break;
            depth--;
        } else if (byte == ',' && depth == 0) {
            break;
        }
    }
    *index = place;
    return true;
}

extern "C" bool tw_json_is_object_end(const tw_json_parser *parser, uint32_t index) {
    return Structure(parser).at(index) == '}';
}
