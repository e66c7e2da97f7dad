#define _GNU_SOURCE
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *field(const struct answer *answer, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(answer->line, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
        if (!strncasecmp(line + 2, name, length) && line[2 + length] == ':') {
            return line + 3 + length + strspn(line + 3 + length, " \t");
        }
    }
    return NULL;
}

static enum answer_progress head_ended(struct answer *answer) {
    answer->line[answer->line_length] = 0;
    answer->line_length = 0;
    if (strncmp(answer->line, "HTTP/1.", 7) || answer->line[8] != ' ') {
        return ANSWER_BROKEN;
    }
    answer->status = atoi(answer->line + 9);
    if (answer->status == 100) {
        return ANSWER_MORE;
    }
    const char *connection = field(answer, "connection"), *coding = field(answer, "transfer-encoding");
    const char *length = field(answer, "content-length");
    answer->closes = answer->line[7] == '0' || (connection && !strncasecmp(connection, "close", 5));
    if (answer->status == 204 || answer->status == 304) {
        return ANSWER_WHOLE;
    }
    if (coding) {
        answer->state = CHUNK_SIZE;
    } else if (length) {
        answer->left = strtoull(length, NULL, 10);
        answer->state = ANSWER_BODY;
        return answer->left ? ANSWER_MORE : ANSWER_WHOLE;
    } else {
        answer->state = ANSWER_UNTIL_CLOSE;
    }
    return ANSWER_MORE;
}

static enum answer_progress line_ended(struct answer *answer) {
    switch (answer->state) {
    case CHUNK_SIZE:
        answer->line[answer->line_length] = 0;
        answer->left = strtoull(answer->line, NULL, 16);
        answer->state = answer->left ? CHUNK_DATA : TRAILER;
        break;
    case CHUNK_END:
        answer->state = CHUNK_SIZE;
        break;
    default: // A line of the trailer; the empty one ends it.
        if (answer->line_length == 2) {
            return ANSWER_WHOLE;
        }
    }
    answer->line_length = 0;
    return ANSWER_MORE;
}

static enum answer_progress take_line(struct answer *answer, const char *bytes, size_t length, size_t *used) {
    bool is_head = answer->state == ANSWER_HEAD;
    while (*used < length) {
        if (answer->line_length == sizeof answer->line - 1) {
            return ANSWER_BROKEN;
        }
        answer->line[answer->line_length++] = bytes[(*used)++];
        bool ended = is_head ? answer->line_length >= 4 && !memcmp(answer->line + answer->line_length - 4, "\r\n\r\n", 4)
                             : answer->line[answer->line_length - 1] == '\n';
        if (ended) {
            return is_head ? head_ended(answer) : line_ended(answer);
        }
    }
    return ANSWER_MORE;
}

enum answer_progress answer_take(struct answer *answer, const char *bytes, size_t length, size_t *used) {
    enum answer_progress progress = ANSWER_MORE;
    *used = 0;
    while (*used < length && progress == ANSWER_MORE) {
        size_t rest = length - *used;
        switch (answer->state) {
        case ANSWER_UNTIL_CLOSE:
            *used = length;
            answer->body += rest;
            break;
        case ANSWER_BODY:
        case CHUNK_DATA:
            rest = rest < answer->left ? rest : answer->left;
            *used += rest;
            answer->left -= rest;
            answer->body += rest;
            if (!answer->left) {
                progress = answer->state == ANSWER_BODY ? ANSWER_WHOLE : ANSWER_MORE;
                answer->state = CHUNK_END;
            }
            break;
        default:
            progress = take_line(answer, bytes, length, used);
        }
    }
    if (progress == ANSWER_WHOLE) {
        answer->state = ANSWER_HEAD;
        answer->line_length = 0;
    }
    return progress;
}
