#include "CPatterns.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <hs/hs.h>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

// An expression is only run where the literals that it cannot do without were found. Shorter ones are found everywhere.
static const int shortest_atom = 3;

// What stands behind a text while it is searched: as much as the widest vector holds.
//
// On processors with AVX-512, vectorscan 5.4.9 does not find literals that stand in the last 31 bytes of a text, with
// some sets, and reads a byte behind it (VectorCamp/vectorscan issue 322); it finds them with anything behind the text.
static const size_t padding = 64;

// A scratch keeps its copy of a text for the next one, but not of a long text.
static const size_t longest_kept = 64 << 10;

namespace {

// What a literal in the database stands for.
struct Literal {
    uint32_t index; // a pattern's, or an atom's
    uint32_t count;
    uint32_t flags;
    bool is_atom;
};

struct Database {
    hs_database_t *database = nullptr;
    ~Database() { hs_free_database(database); }
};

} // namespace

struct tw_patterns {
    size_t count = 0;
    Database literals;
    std::vector<Literal> entries;
    // Literals without bytes: true everywhere, or of the empty text alone.
    std::vector<Literal> empty;
    re2::FilteredRE2 expressions{shortest_atom};
    std::vector<uint32_t> expression_index;
    // Atoms that begin with a NUL, which no literal can: taken as found everywhere.
    std::vector<int> assumed;
    // Some expressions have no literal to wait for.
    bool has_unfiltered = false;
    // Expressions that RE2 does not take and vectorscan does.
    Database others;
    std::vector<uint32_t> other_index;
};

struct tw_scratch {
    hs_scratch_t *scratch = nullptr;
    std::vector<int> atoms;
    std::vector<int> expressions;
    // The text with its padding.
    std::vector<char> text;
    void release_long_text() {
        if (text.capacity() > longest_kept) std::vector<char>().swap(text);
    }
    ~tw_scratch() { hs_free_scratch(scratch); }
};

static void fill(tw_pattern_error *error, int index, const char *message) {
    error->index = index;
    error->message = strdup(message ? message : "not a pattern");
}

extern "C" void tw_pattern_error_free(tw_pattern_error *error) {
    free(error->message);
    error->message = nullptr;
}

static re2::RE2::Options options_of(const tw_pattern &pattern) {
    re2::RE2::Options options;
    // By bytes, so that any text can be searched.
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(4 << 20);
    options.set_case_sensitive(!(pattern.flags & TW_PATTERN_CASELESS));
    options.set_dot_nl(pattern.flags & TW_PATTERN_DOTALL);
    return options;
}

// Each pattern is reported once, and may match the empty text.
static unsigned vectorscan_flags(const tw_pattern &pattern) {
    unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
    if (pattern.flags & TW_PATTERN_CASELESS) flags |= HS_FLAG_CASELESS;
    if (pattern.flags & TW_PATTERN_MULTILINE) flags |= HS_FLAG_MULTILINE;
    if (pattern.flags & TW_PATTERN_DOTALL) flags |= HS_FLAG_DOTALL;
    return flags;
}

static bool add_expression(tw_patterns *set, const tw_pattern &pattern, uint32_t index, tw_pattern_error *error,
                           std::vector<std::string> &others, std::vector<unsigned> &other_flags) {
    std::string text(reinterpret_cast<const char *>(pattern.text), pattern.count);
    std::string scoped = pattern.flags & TW_PATTERN_MULTILINE ? "(?m)" + text : text;
    int id = 0;
    if (set->expressions.Add(scoped, options_of(pattern), &id) == re2::RE2::NoError) {
        set->expression_index.push_back(index);
        return true;
    }
    hs_expr_info_t *info = nullptr;
    hs_compile_error_t *failure = nullptr;
    unsigned flags = vectorscan_flags(pattern);
    if (hs_expression_info(text.c_str(), flags, &info, &failure) != HS_SUCCESS) {
        fill(error, int(index), failure ? failure->message : nullptr);
        hs_free_compile_error(failure);
        return false;
    }
    free(info);
    others.push_back(text);
    other_flags.push_back(flags);
    set->other_index.push_back(index);
    return true;
}

extern "C" bool tw_pattern_check(const tw_pattern *pattern, tw_pattern_error *error) {
    tw_patterns set;
    std::vector<std::string> others;
    std::vector<unsigned> flags;
    return pattern->is_literal || add_expression(&set, *pattern, 0, error, others, flags);
}

static bool compile_others(tw_patterns *set, const std::vector<std::string> &texts, const std::vector<unsigned> &flags,
                           tw_pattern_error *error) {
    if (texts.empty()) return true;
    std::vector<const char *> starts;
    for (const std::string &text : texts) starts.push_back(text.c_str());
    hs_compile_error_t *failure = nullptr;
    if (hs_compile_multi(starts.data(), flags.data(), set->other_index.data(), unsigned(starts.size()), HS_MODE_BLOCK,
                         nullptr, &set->others.database, &failure) == HS_SUCCESS) {
        return true;
    }
    bool is_one = failure && failure->expression >= 0;
    fill(error, is_one ? int(set->other_index[size_t(failure->expression)]) : -1, failure ? failure->message : nullptr);
    hs_free_compile_error(failure);
    return false;
}

static bool compile_literals(tw_patterns *set, const tw_pattern *patterns, const std::vector<std::string> &atoms,
                             tw_pattern_error *error) {
    std::vector<const char *> starts;
    std::vector<size_t> counts;
    std::vector<unsigned> flags, ids;
    for (size_t i = 0; i < set->entries.size(); i++) {
        const Literal &entry = set->entries[i];
        const tw_pattern *pattern = entry.is_atom ? nullptr : &patterns[entry.index];
        starts.push_back(pattern ? reinterpret_cast<const char *>(pattern->text) : atoms[entry.index].data());
        counts.push_back(entry.count);
        // The first match tells all, but for what must stand at the end.
        unsigned flag = entry.flags & TW_PATTERN_AT_END ? 0 : HS_FLAG_SINGLEMATCH;
        if (entry.is_atom || entry.flags & TW_PATTERN_CASELESS) flag |= HS_FLAG_CASELESS;
        flags.push_back(flag);
        ids.push_back(unsigned(i));
    }
    if (starts.empty()) return true;
    hs_compile_error_t *failure = nullptr;
    if (hs_compile_lit_multi(starts.data(), flags.data(), ids.data(), counts.data(), unsigned(starts.size()),
                             HS_MODE_BLOCK, nullptr, &set->literals.database, &failure) == HS_SUCCESS) {
        return true;
    }
    int index = failure ? failure->expression : -1;
    bool is_one = index >= 0 && !set->entries[size_t(index)].is_atom;
    fill(error, is_one ? int(set->entries[size_t(index)].index) : -1, failure ? failure->message : nullptr);
    hs_free_compile_error(failure);
    return false;
}

extern "C" tw_patterns *tw_patterns_new(const tw_pattern *patterns, size_t count, tw_pattern_error *error) {
    std::unique_ptr<tw_patterns> set(new tw_patterns);
    set->count = count;
    std::vector<std::string> others, atoms;
    std::vector<unsigned> other_flags;
    for (size_t i = 0; i < count; i++) {
        const tw_pattern &pattern = patterns[i];
        if (!pattern.is_literal) {
            if (!add_expression(set.get(), pattern, uint32_t(i), error, others, other_flags)) return nullptr;
        } else {
            Literal literal{uint32_t(i), uint32_t(pattern.count), pattern.flags, false};
            (pattern.count == 0 ? set->empty : set->entries).push_back(literal);
        }
    }
    if (!set->expression_index.empty()) {
        set->expressions.Compile(&atoms);
        for (size_t i = 0; i < atoms.size(); i++) {
            if (atoms[i][0] == 0) set->assumed.push_back(int(i));
            else set->entries.push_back({uint32_t(i), uint32_t(atoms[i].size()), 0, true});
        }
        std::vector<int> unfiltered;
        set->expressions.AllPotentials(set->assumed, &unfiltered);
        set->has_unfiltered = !unfiltered.empty();
    }
    if (!compile_others(set.get(), others, other_flags, error)) return nullptr;
    if (!compile_literals(set.get(), patterns, atoms, error)) return nullptr;
    return set.release();
}

extern "C" void tw_patterns_free(tw_patterns *patterns) { delete patterns; }

extern "C" tw_scratch *tw_scratch_new(const tw_patterns *patterns) {
    std::unique_ptr<tw_scratch> scratch(new tw_scratch);
    // A scratch that exists grows to serve the second database too.
    for (hs_database_t *database : {patterns->literals.database, patterns->others.database}) {
        if (database && hs_alloc_scratch(database, &scratch->scratch) != HS_SUCCESS) return nullptr;
    }
    return scratch.release();
}

extern "C" void tw_scratch_free(tw_scratch *scratch) { delete scratch; }

namespace {
struct Hits {
    const tw_patterns *patterns;
    tw_scratch *scratch;
    size_t text_count;
    uint32_t *matched;
    size_t count;

    void add(uint32_t index) {
        if (count < patterns->count) matched[count++] = index;
    }
};
} // namespace

static bool stands(const Literal &literal, size_t end, size_t text_count) {
    if (literal.flags & TW_PATTERN_AT_START && end != literal.count) return false;
    return !(literal.flags & TW_PATTERN_AT_END) || end == text_count;
}

static int on_literal(unsigned id, unsigned long long, unsigned long long end, unsigned, void *context) {
    Hits *hits = static_cast<Hits *>(context);
    const Literal &literal = hits->patterns->entries[id];
    if (end > hits->text_count) return 0;
    if (literal.is_atom) {
        hits->scratch->atoms.push_back(int(literal.index));
    } else if (stands(literal, size_t(end), hits->text_count)) {
        hits->add(literal.index);
    }
    return 0;
}

static int on_other(unsigned id, unsigned long long, unsigned long long end, unsigned, void *context) {
    Hits *hits = static_cast<Hits *>(context);
    uint32_t *last = hits->matched + hits->count;
    if (end <= hits->text_count && std::find(hits->matched, last, id) == last) hits->add(id);
    return 0;
}

extern "C" ptrdiff_t tw_patterns_scan(const tw_patterns *patterns, tw_scratch *scratch, const uint8_t *text,
                                      size_t count, uint32_t *matched) {
    Hits hits{patterns, scratch, count, matched, 0};
    // The libraries take no null pointer, not even for an empty text.
    const char *start = count == 0 ? "" : reinterpret_cast<const char *>(text);
    scratch->atoms = patterns->assumed;
    if (patterns->literals.database || patterns->others.database) {
        scratch->text.resize(count + padding);
        memcpy(scratch->text.data(), start, count);
        memset(scratch->text.data() + count, 0, padding);
    }
    if (patterns->literals.database && hs_scan(patterns->literals.database, scratch->text.data(), unsigned(count + padding),
                                               0, scratch->scratch, on_literal, &hits) != HS_SUCCESS) {
        return -1;
    }
    // An expression may also ask for the end of the text, which only the text without padding has.
    for (size_t more : {padding, size_t(0)}) {
        if (patterns->others.database && hs_scan(patterns->others.database, scratch->text.data(), unsigned(count + more), 0,
                                                 scratch->scratch, on_other, &hits) != HS_SUCCESS) {
            return -1;
        }
    }
    scratch->release_long_text();
    if (patterns->has_unfiltered || scratch->atoms.size() > patterns->assumed.size()) {
        patterns->expressions.AllMatches(re2::StringPiece(start, count), scratch->atoms, &scratch->expressions);
        for (int id : scratch->expressions) hits.add(patterns->expression_index[size_t(id)]);
    }
    for (const Literal &literal : patterns->empty) {
        if (stands(literal, literal.flags & TW_PATTERN_AT_START ? 0 : count, count)) hits.add(literal.index);
    }
    return ptrdiff_t(hits.count);
}

extern "C" ptrdiff_t tw_find(const void *text, size_t count, const void *needle, size_t needle_count) {
    const void *found = memmem(text, count, needle, needle_count);
    return found ? static_cast<const char *>(found) - static_cast<const char *>(text) : -1;
}
