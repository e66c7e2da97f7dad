// A server that costs next to nothing, so that what a proxy before it costs can be seen; one thread.
//
//   upstream PATH LONG_BYTES
//
// Answers as a Docker Engine would: GET …/_ping, …/containers/json (five containers) and …/images/long/get (LONG_BYTES,
// chunked), POST …/containers/create (201) and …/images/load (reads everything); all else is 404 {"message": …}.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { INPUT = 1 << 16, PIECE = 1 << 16 };

struct connection {
    int fd;
    char input[INPUT];
    size_t length;
    bool has_head; // A head was read, and its body is not over.
    bool is_chunked, in_last_chunk;
    uint64_t body_left;
    char *answer; // The request's, to be given when its body is over.
    size_t answer_length;
    uint64_t pieces; // Of the long answer, still to send.
    size_t piece_sent;
    bool waits_to_write;
};

static int epoll;
static uint64_t long_bytes;
static char *ping, *list, *created, *loaded, *missing, *long_head, piece[PIECE + 16];
static size_t piece_length;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static char *answer(const char *status, const char *type, const char *body) {
    char *text;
    if (asprintf(&text,
                 "HTTP/1.1 %s\r\nApi-Version: 1.41\r\nContent-Type: %s\r\nDocker-Experimental: false\r\nOstype: linux\r\n"
                 "Server: Docker/20.10.24 (linux)\r\nDate: Wed, 25 Nov 2026 09:00:00 GMT\r\nContent-Length: %zu\r\n\r\n%s",
                 status, type, strlen(body), body) < 0) {
        fail("memory");
    }
    return text;
}

static void make_answers(void) {
    const char *json = "application/json";
    char *body = strdup("["), *longer;
    for (int i = 0; i < 5; i++) {
        if (asprintf(&longer,
                     "%s%s{\"Id\":\"%064x\",\"Names\":[\"/service-%d\"],\"Image\":\"registry.example/service:1.%d\","
                     "\"ImageID\":\"sha256:%064x\",\"Command\":\"/usr/bin/service --config /etc/service/config.yaml\","
                     "\"Created\":1795593600,\"Ports\":[],\"Labels\":{\"com.example.team\":\"platform\","
                     "\"com.example.stage\":\"production\"},\"State\":\"running\",\"Status\":\"Up 3 hours\","
                     "\"HostConfig\":{\"NetworkMode\":\"default\"},\"NetworkSettings\":{\"Networks\":{\"bridge\":{"
                     "\"IPAMConfig\":null,\"Links\":null,\"Aliases\":null,\"NetworkID\":\"%064x\",\"EndpointID\":\"%064x\","
                     "\"Gateway\":\"172.17.0.1\",\"IPAddress\":\"172.17.0.%d\",\"IPPrefixLen\":16,\"IPv6Gateway\":\"\","
                     "\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"MacAddress\":\"02:42:ac:11:00:02\","
                     "\"DriverOpts\":null}}},\"Mounts\":[]}",
                     body, i ? "," : "", i + 1, i, i, i + 7, 99, i + 11, i + 2) < 0) {
            fail("memory");
        }
        free(body);
        body = longer;
    }
    if (asprintf(&longer, "%s]\n", body) < 0) {
        fail("memory");
    }
    list = answer("200 OK", json, longer);
    ping = answer("200 OK", "text/plain; charset=utf-8", "OK");
    if (asprintf(&longer, "{\"Id\":\"%064x\",\"Warnings\":[]}\n", 1) < 0) {
        fail("memory");
    }
    created = answer("201 Created", json, longer);
    loaded = answer("200 OK", json, "{\"stream\":\"Loaded image: service:1.0\\n\"}\n");
    missing = answer("404 Not Found", json, "{\"message\":\"page not found\"}\n");
    long_head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n";
    piece_length = snprintf(piece, 16, "%x\r\n", PIECE);
    memset(piece + piece_length, 'x', PIECE);
    memcpy(piece + piece_length + PIECE, "\r\n", 2);
    piece_length += PIECE + 2;
}

static bool ends_with(const char *text, size_t length, const char *end) {
    size_t size = strlen(end);
    return length >= size && !memcmp(text + length - size, end, size);
}

static void route(struct connection *connection, const char *head) {
    bool is_get = !strncmp(head, "GET ", 4) || !strncmp(head, "HEAD ", 5), is_post = !strncmp(head, "POST ", 5);
    const char *target = strchr(head, ' ') + 1;
    size_t length = strcspn(target, "? \r");
    connection->answer = missing;
    if (is_get && ends_with(target, length, "/_ping")) {
        connection->answer = ping;
    } else if (is_get && ends_with(target, length, "/containers/json")) {
        connection->answer = list;
    } else if (is_post && ends_with(target, length, "/containers/create")) {
        connection->answer = created;
    } else if (is_post && ends_with(target, length, "/images/load")) {
        connection->answer = loaded;
    } else if (is_get && ends_with(target, length, "/images/long/get")) {
        connection->answer = long_head;
        connection->pieces = long_bytes / PIECE;
    }
    connection->answer_length = strlen(connection->answer);
    if (!strncmp(head, "HEAD ", 5)) {
        connection->answer_length = strstr(connection->answer, "\r\n\r\n") + 4 - connection->answer;
    }
}

static void watch(struct connection *connection, int operation, bool writes) {
    struct epoll_event event = {.events = writes ? EPOLLOUT : EPOLLIN, .data.ptr = connection};
    connection->waits_to_write = writes;
    if (epoll_ctl(epoll, operation, connection->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

static void end(struct connection *connection) {
    close(connection->fd);
    free(connection);
}

// Sends what it can; whether the connection is still there.
static bool write_answer(struct connection *connection) {
    while (connection->answer_length || connection->pieces) {
        bool is_piece = !connection->answer_length;
        const char *bytes = is_piece ? piece + connection->piece_sent : connection->answer;
        size_t length = is_piece ? piece_length - connection->piece_sent : connection->answer_length;
        ssize_t sent = send(connection->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) {
                end(connection);
                return false;
            }
            if (!connection->waits_to_write) {
                watch(connection, EPOLL_CTL_MOD, true);
            }
            return true;
        }
        if (!is_piece) {
            connection->answer += sent;
            connection->answer_length -= sent;
        } else if ((connection->piece_sent += sent) == piece_length) {
            connection->piece_sent = 0;
            if (!--connection->pieces) {
                connection->answer = "0\r\n\r\n";
                connection->answer_length = 5;
            }
        }
    }
    if (connection->waits_to_write) {
        watch(connection, EPOLL_CTL_MOD, false);
    }
    return true;
}

static void use(struct connection *connection, size_t count) {
    connection->length -= count;
    memmove(connection->input, connection->input + count, connection->length);
}

// Reads a head from what came; false where it is not there yet.
static bool read_head(struct connection *connection) {
    char *over = memmem(connection->input, connection->length, "\r\n\r\n", 4);
    if (!over) {
        return false;
    }
    over[2] = 0;
    route(connection, connection->input);
    const char *length = strcasestr(connection->input, "\r\ncontent-length:");
    connection->is_chunked = strcasestr(connection->input, "\r\ntransfer-encoding:");
    connection->in_last_chunk = false;
    connection->body_left = length ? strtoull(length + 17, NULL, 10) : 0;
    connection->has_head = true;
    use(connection, over + 4 - connection->input);
    return true;
}

// Throws away what came of the body; whether it is over.
static bool read_body(struct connection *connection) {
    for (;;) {
        size_t here = connection->body_left < connection->length ? connection->body_left : connection->length;
        connection->body_left -= here;
        use(connection, here);
        if (connection->body_left) {
            return false;
        }
        if (!connection->is_chunked || connection->in_last_chunk) {
            return true;
        }
        char *line = memmem(connection->input, connection->length, "\r\n", 2);
        if (!line) {
            return false;
        }
        uint64_t size = strtoull(connection->input, NULL, 16);
        connection->body_left = size + 2;
        connection->in_last_chunk = size == 0;
        use(connection, line + 2 - connection->input);
    }
}

static void readable(struct connection *connection) {
    ssize_t count = read(connection->fd, connection->input + connection->length, INPUT - connection->length);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN) {
            end(connection);
        }
        return;
    }
    connection->length += count;
    while (!connection->waits_to_write && (connection->has_head || read_head(connection)) && read_body(connection)) {
        connection->has_head = false;
        if (!write_answer(connection)) {
            return;
        }
    }
}

int main(int count, char **arguments) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (count != 3 || strlen(arguments[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: upstream PATH LONG_BYTES\n");
        return 2;
    }
    long_bytes = strtoull(arguments[2], NULL, 10);
    make_answers();
    strcpy(address.sun_path, arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) {
        fail(arguments[1]);
    }
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[64];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection) {
                if (!connection->waits_to_write) {
                    readable(connection);
                } else if (write_answer(connection) && !connection->waits_to_write) {
                    connection->has_head = false;
                }
                continue;
            }
            for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
                connection = calloc(1, sizeof *connection);
                if (!connection) {
                    fail("memory");
                }
                connection->fd = fd;
                watch(connection, EPOLL_CTL_ADD, false);
            }
        }
    }
}
