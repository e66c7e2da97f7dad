// Puts load on an HTTP/1.1 server behind a Unix socket and prints one line of JSON.
//
//   load requests --socket PATH --target TARGET [--method M] [--body FILE] [--status N] [--clients N]
//                 (--seconds S | --count N)     the same request again and again over kept connections, one thread
//   load send     --socket PATH --target TARGET --bytes N [--status N]    one long chunked body, as fast as it is taken
//   load receive  --socket PATH --target TARGET [--status N]              one long answer, as fast as it comes
#define _GNU_SOURCE
#include "answer.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 16, PATIENCE_MS = 30000 };

struct options {
    const char *socket, *target, *method, *body;
    int status, clients;
    double seconds;
    uint64_t count, bytes;
};

struct client {
    int fd;
    uint64_t started;
    size_t unsent;
    struct answer answer;
};

struct run {
    const struct options *options;
    const char *request;
    size_t request_length;
    int epoll;
    uint64_t sent, answered, errors, unexpected, reconnects;
    uint64_t *latencies, capacity;
};

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || strlen(path) >= sizeof address.sun_path) {
        fail("socket");
    }
    strcpy(address.sun_path, path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        fail(path);
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

// MARK: Many requests

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    if (!file || fseek(file, 0, SEEK_END) < 0 || !(text = malloc((*length = ftell(file)) + 1))) {
        fail(path);
    }
    rewind(file);
    if (fread(text, 1, *length, file) != *length) {
        fail(path);
    }
    fclose(file);
    return text;
}

static void make_request(struct run *run) {
    const struct options *options = run->options;
    size_t length = 0;
    char *body = options->body ? read_file(options->body, &length) : "", *request = malloc(length + 4096);
    int head = snprintf(request, 4096, "%s %s HTTP/1.1\r\nHost: docker\r\nUser-Agent: load\r\n", options->method,
                        options->target);
    if (options->body) {
        head += snprintf(request + head, 4096 - head, "Content-Type: application/json\r\nContent-Length: %zu\r\n", length);
    }
    head += snprintf(request + head, 4096 - head, "\r\n");
    memcpy(request + head, body, length);
    run->request = request;
    run->request_length = head + length;
}

static void watch(struct run *run, struct client *client, int operation, bool writes) {
    struct epoll_event event = {.events = EPOLLIN | (writes ? EPOLLOUT : 0), .data.ptr = client};
    if (epoll_ctl(run->epoll, operation, client->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

static void reopen(struct run *run, struct client *client) {
    close(client->fd);
    client->fd = connect_to(run->options->socket);
    client->answer.state = ANSWER_HEAD;
    client->answer.line_length = 0;
    run->reconnects++;
    watch(run, client, EPOLL_CTL_ADD, false);
}

static void send_rest(struct run *run, struct client *client) {
    bool was_waiting = client->unsent < run->request_length;
    ssize_t sent = send(client->fd, run->request + run->request_length - client->unsent, client->unsent, MSG_NOSIGNAL);
    if (sent > 0) {
        client->unsent -= sent;
    }
    // An error shows when the connection is read.
    if (client->unsent && (sent >= 0 || errno == EAGAIN)) {
        watch(run, client, EPOLL_CTL_MOD, true);
    } else if (was_waiting) {
        watch(run, client, EPOLL_CTL_MOD, false);
    }
}

static void start(struct run *run, struct client *client) {
    if (run->options->count && run->sent == run->options->count) {
        return;
    }
    run->sent++;
    client->unsent = run->request_length;
    client->started = now();
    send_rest(run, client);
}

static void ended(struct run *run, struct client *client) {
    if (run->answered == run->capacity) {
        run->capacity = run->capacity ? run->capacity * 2 : 1 << 16;
        run->latencies = realloc(run->latencies, run->capacity * sizeof *run->latencies);
        if (!run->latencies) {
            fail("memory");
        }
    }
    run->latencies[run->answered++] = now() - client->started;
    run->unexpected += client->answer.status != run->options->status;
    if (client->answer.closes) {
        reopen(run, client);
    }
    start(run, client);
}

static void readable(struct run *run, struct client *client) {
    char bytes[PIECE];
    ssize_t length = read(client->fd, bytes, sizeof bytes);
    if (length < 0 && errno == EAGAIN) {
        return;
    }
    size_t used = 0;
    enum answer_progress progress = length > 0 ? answer_take(&client->answer, bytes, length, &used) : ANSWER_BROKEN;
    if (length == 0 && client->answer.state == ANSWER_UNTIL_CLOSE) {
        client->answer.closes = true;
        progress = ANSWER_WHOLE;
    }
    if (progress == ANSWER_WHOLE) {
        ended(run, client);
    } else if (progress == ANSWER_BROKEN) {
        run->errors++;
        reopen(run, client);
        start(run, client);
    }
}

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static double percentile(const struct run *run, double fraction) {
    return run->answered ? run->latencies[(uint64_t)(fraction * (run->answered - 1))] / 1e6 : 0;
}

static void requests(const struct options *options) {
    struct run run = {.options = options, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct client *clients = calloc(options->clients, sizeof *clients);
    make_request(&run);
    uint64_t begun = now(), end = options->seconds > 0 ? begun + options->seconds * 1e9 : UINT64_MAX;
    for (int i = 0; i < options->clients; i++) {
        clients[i].fd = connect_to(options->socket);
        watch(&run, &clients[i], EPOLL_CTL_ADD, false);
        start(&run, &clients[i]);
    }
    while (now() < end && (!options->count || run.answered + run.errors < options->count)) {
        struct epoll_event events[64];
        int ready = epoll_wait(run.epoll, events, 64, PATIENCE_MS);
        if (ready == 0) {
            fprintf(stderr, "load: no answer for %d s\n", PATIENCE_MS / 1000);
            run.errors++;
            break;
        }
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) {
                send_rest(&run, client);
            }
            if (events[i].events & ~EPOLLOUT) {
                readable(&run, client);
            }
        }
    }
    double seconds = (now() - begun) / 1e9;
    qsort(run.latencies, run.answered, sizeof *run.latencies, ascending);
    printf("{\"requests\": %lu, \"seconds\": %.3f, \"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
           "\"p999_ms\": %.3f, \"errors\": %lu, \"unexpected\": %lu, \"reconnects\": %lu}\n",
           run.answered, seconds, run.answered / seconds, percentile(&run, 0.5), percentile(&run, 0.99),
           percentile(&run, 0.999), run.errors, run.unexpected, run.reconnects);
}

// MARK: One long message

static void await(int fd, short events) {
    struct pollfd one = {.fd = fd, .events = events};
    if (poll(&one, 1, PATIENCE_MS) == 0) {
        fprintf(stderr, "load: nothing moved for %d s\n", PATIENCE_MS / 1000);
        exit(1);
    }
}

static void send_all(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent > 0) {
            bytes += sent;
            length -= sent;
        } else if (errno == EAGAIN) {
            await(fd, POLLOUT);
        } else {
            // The server answered early and closed; its answer says why.
            return;
        }
    }
}

static void send_chunks(int fd, uint64_t bytes) {
    static char chunk[PIECE + 64];
    while (bytes) {
        size_t size = bytes < PIECE ? bytes : PIECE, head = snprintf(chunk, 32, "%zx\r\n", size);
        memcpy(chunk + head + size, "\r\n", 2);
        send_all(fd, chunk, head + size + 2);
        bytes -= size;
    }
    send_all(fd, "0\r\n\r\n", 5);
}

static void stream(const struct options *options, bool sends) {
    int fd = connect_to(options->socket);
    struct answer answer = {0};
    char *request = NULL;
    uint64_t begun = now();
    if (asprintf(&request, "%s %s HTTP/1.1\r\nHost: docker\r\nUser-Agent: load\r\n%s\r\n", options->method, options->target,
                 sends ? "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n" : "") < 0) {
        fail("memory");
    }
    send_all(fd, request, strlen(request));
    if (sends) {
        send_chunks(fd, options->bytes);
    }
    enum answer_progress progress = ANSWER_MORE;
    while (progress == ANSWER_MORE) {
        static char bytes[PIECE];
        size_t used;
        await(fd, POLLIN);
        ssize_t length = read(fd, bytes, sizeof bytes);
        if (length <= 0) {
            progress = length == 0 && answer.state == ANSWER_UNTIL_CLOSE ? ANSWER_WHOLE : ANSWER_BROKEN;
        } else {
            progress = answer_take(&answer, bytes, length, &used);
        }
    }
    double seconds = (now() - begun) / 1e9;
    uint64_t bytes = sends ? options->bytes : answer.body;
    printf("{\"bytes\": %lu, \"seconds\": %.3f, \"mb_per_second\": %.0f, \"status\": %d, \"errors\": %d, "
           "\"unexpected\": %d}\n",
           bytes, seconds, bytes / seconds / 1e6, answer.status, progress == ANSWER_BROKEN,
           answer.status != options->status);
}

int main(int count, char **arguments) {
    struct options options = {.method = NULL, .status = 200, .clients = 1};
    static const struct option names[] = {
        {"socket", 1, 0, 's'}, {"target", 1, 0, 't'},  {"method", 1, 0, 'm'}, {"body", 1, 0, 'b'},  {"status", 1, 0, 'e'},
        {"clients", 1, 0, 'c'}, {"seconds", 1, 0, 'd'}, {"count", 1, 0, 'n'},  {"bytes", 1, 0, 'z'}, {0, 0, 0, 0},
    };
    for (int option; (option = getopt_long(count, arguments, "", names, NULL)) != -1;) {
        switch (option) {
        case 's': options.socket = optarg; break;
        case 't': options.target = optarg; break;
        case 'm': options.method = optarg; break;
        case 'b': options.body = optarg; break;
        case 'e': options.status = atoi(optarg); break;
        case 'c': options.clients = atoi(optarg); break;
        case 'd': options.seconds = atof(optarg); break;
        case 'n': options.count = strtoull(optarg, NULL, 10); break;
        case 'z': options.bytes = strtoull(optarg, NULL, 10); break;
        default: return 2;
        }
    }
    const char *mode = optind < count ? arguments[optind] : "";
    bool sends = !strcmp(mode, "send");
    if (!options.socket || !options.target || (!sends && strcmp(mode, "receive") && strcmp(mode, "requests"))) {
        fprintf(stderr, "usage: load requests|send|receive --socket PATH --target TARGET …; see load.c\n");
        return 2;
    }
    if (!options.method) {
        options.method = sends || options.body ? "POST" : "GET";
    }
    if (!strcmp(mode, "requests")) {
        if ((options.seconds <= 0 && !options.count) || options.clients < 1) {
            fprintf(stderr, "load: requests needs --seconds or --count\n");
            return 2;
        }
        requests(&options);
    } else {
        stream(&options, sends);
    }
}
