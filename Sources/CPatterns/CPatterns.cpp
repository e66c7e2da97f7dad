#include "CPatterns.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <hs/hs.h>
#include <re2/re2.h>

struct tw_patterns {
    hs_database_t *database;
    size_t count;
};

struct tw_scratch {
    hs_scratch_t *scratch;
};

struct tw_expression {
    RE2 expression;
    tw_expression(const char *text, const RE2::Options &options) : expression(text, options) {}
};

static void fill(tw_pattern_error *error, int index, const char *message) {
    error->index = index;
    error->message = strdup(message ? message : "not a pattern");
}

extern "C" void tw_pattern_error_free(tw_pattern_error *error) {
    free(error->message);
    error->message = nullptr;
}

// Each pattern is reported once, and may match the empty text.
static unsigned flags_of(const tw_pattern &pattern) {
    unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
    if (pattern.flags & TW_PATTERN_CASELESS) flags |= HS_FLAG_CASELESS;
    if (pattern.flags & TW_PATTERN_MULTILINE) flags |= HS_FLAG_MULTILINE;
    if (pattern.flags & TW_PATTERN_DOTALL) flags |= HS_FLAG_DOTALL;
    return flags;
}

extern "C" bool tw_pattern_check(const tw_pattern *pattern, tw_pattern_error *error) {
    hs_expr_info_t *info = nullptr;
    hs_compile_error_t *failure = nullptr;
    hs_error_t status = hs_expression_info(pattern->expression, flags_of(*pattern), &info, &failure);
    if (status == HS_SUCCESS) {
        free(info);
        return true;
    }
    fill(error, 0, failure ? failure->message : nullptr);
    hs_free_compile_error(failure);
    return false;
}

extern "C" tw_patterns *tw_patterns_new(const tw_pattern *patterns, size_t count, tw_pattern_error *error) {
    std::vector<const char *> expressions(count);
    std::vector<unsigned> flags(count), ids(count);
    for (size_t i = 0; i < count; i++) {
        expressions[i] = patterns[i].expression;
        flags[i] = flags_of(patterns[i]);
        ids[i] = unsigned(i);
    }
    hs_database_t *database = nullptr;
    hs_compile_error_t *failure = nullptr;
    hs_error_t status = hs_compile_multi(expressions.data(), flags.data(), ids.data(), unsigned(count), HS_MODE_BLOCK,
                                         nullptr, &database, &failure);
    if (status != HS_SUCCESS) {
        fill(error, failure ? failure->expression : -1, failure ? failure->message : nullptr);
        hs_free_compile_error(failure);
        return nullptr;
    }
    return new (std::nothrow) tw_patterns{database, count};
}

extern "C" void tw_patterns_free(tw_patterns *patterns) {
    hs_free_database(patterns->database);
    delete patterns;
}

extern "C" tw_scratch *tw_scratch_new(const tw_patterns *patterns) {
    hs_scratch_t *scratch = nullptr;
    if (hs_alloc_scratch(patterns->database, &scratch) != HS_SUCCESS) {
        return nullptr;
    }
    return new (std::nothrow) tw_scratch{scratch};
}

extern "C" void tw_scratch_free(tw_scratch *scratch) {
    hs_free_scratch(scratch->scratch);
    delete scratch;
}

namespace {
struct Hits {
    uint32_t *matched;
    size_t count;
    size_t room;
};
} // namespace

static int on_match(unsigned id, unsigned long long, unsigned long long, unsigned, void *context) {
    Hits *hits = static_cast<Hits *>(context);
    if (hits->count < hits->room) {
        hits->matched[hits->count++] = id;
    }
    return 0;
}

extern "C" ptrdiff_t tw_patterns_scan(const tw_patterns *patterns, tw_scratch *scratch, const uint8_t *text,
                                      size_t count, uint32_t *matched) {
    Hits hits{matched, 0, patterns->count};
    // The library takes no null pointer, not even for an empty text.
    const char *start = count == 0 ? "" : reinterpret_cast<const char *>(text);
    hs_error_t status =
        hs_scan(patterns->database, start, unsigned(count), 0, scratch->scratch, on_match, &hits);
    return status == HS_SUCCESS ? ptrdiff_t(hits.count) : -1;
}

extern "C" tw_expression *tw_expression_new(const tw_pattern *pattern, tw_pattern_error *error) {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(16 << 20);
    options.set_case_sensitive(!(pattern->flags & TW_PATTERN_CASELESS));
    options.set_dot_nl(pattern->flags & TW_PATTERN_DOTALL);
    std::string text = pattern->expression;
    if (pattern->flags & TW_PATTERN_MULTILINE) {
        text = "(?m)" + text;
    }
    tw_expression *expression = new (std::nothrow) tw_expression(text.c_str(), options);
    if (expression && !expression->expression.ok()) {
        fill(error, 0, expression->expression.error().c_str());
        delete expression;
        return nullptr;
    }
    return expression;
}

extern "C" void tw_expression_free(tw_expression *expression) { delete expression; }

extern "C" bool tw_expression_search(const tw_expression *expression, const uint8_t *text, size_t count) {
    return RE2::PartialMatch(re2::StringPiece(reinterpret_cast<const char *>(text), count), expression->expression);
}

extern "C" ptrdiff_t tw_find(const void *text, size_t count, const void *needle, size_t needle_count) {
    const void *found = memmem(text, count, needle, needle_count);
    return found ? static_cast<const char *>(found) - static_cast<const char *>(text) : -1;
}
