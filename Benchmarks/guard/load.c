/* Sends one HTTP request again and again over a Unix socket, on connections that are kept, and times each answer.
 *
 *   load SOCKET CLIENTS SECONDS METHOD TARGET [BODY]
 *
 * Prints one line: requests, seconds, requests a second, p50 and p99 in microseconds, answers that were 2xx or 404,
 * and other answers. BODY may hold %d, which becomes a number that no other request has. Each client is a thread with
 * one connection, on which it waits for the whole answer before it asks again.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct client {
    pthread_t thread;
    uint32_t *times;
    size_t count, room;
    size_t good, bad;
};

static const char *path, *method, *target, *body;
static atomic_long numbers;
static long long stop_at;

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The value of a field of the head, or null. */
static const char *field(const char *head, const char *end, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, name, length) && line[2 + length] == ':') return line + 3 + length;
    return NULL;
}

/* Whether the bytes hold a whole body in chunks; where it ends is enough to know, for nothing follows it. */
static int chunks_end(const char *from, const char *to) {
    while (from < to) {
        char *after;
        long size = strtol(from, &after, 16);
        const char *line = memchr(from, '\n', to - from);
        if (!line || after == from) return 0;
        from = line + 1 + size + 2;
        if (size == 0) return from <= to;
    }
    return 0;
}

/* Reads one answer; its status, or -1 when the connection ended. */
static int answer(int fd, char *buffer, size_t room, int *closes) {
    size_t have = 0;
    for (;;) {
        ssize_t got = recv(fd, buffer + have, room - have - 1, 0);
        if (got <= 0) return -1;
        have += got;
        buffer[have] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (!end) continue;
        const char *length = field(buffer, end, "content-length");
        const char *coding = field(buffer, end, "transfer-encoding");
        const char *connection = field(buffer, end, "connection");
        int is_whole = length ? have - (end + 4 - buffer) >= (size_t)strtol(length, NULL, 10)
                     : coding ? chunks_end(end + 4, buffer + have) : 1;
        if (!is_whole && have + 1 < room) continue;
        *closes = connection && !strncasecmp(connection + strspn(connection, " "), "close", 5);
        return atoi(buffer + 9);
    }
}

static void *work(void *argument) {
    struct client *client = argument;
    size_t room = 1 << 22;
    char *buffer = malloc(room), *request = malloc(65536), *text = malloc(60000);
    int fd = -1;
    while (now() < stop_at) {
        int length = 0;
        if (body) length = snprintf(text, 60000, body, (int)(atomic_fetch_add(&numbers, 1) & INT32_MAX));
        int size = body ? snprintf(request, 65536,
                                   "%s %s HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
                                   "Content-Length: %d\r\n\r\n%s", method, target, length, text)
                        : snprintf(request, 65536, "%s %s HTTP/1.1\r\nHost: docker\r\n\r\n", method, target);
        long long start = now();
        if (fd < 0 && (fd = open_socket()) < 0) {
            client->bad++;
            usleep(1000);
            continue;
        }
        int closes = 0, status = -1;
        if (send(fd, request, size, MSG_NOSIGNAL) == size) status = answer(fd, buffer, room, &closes);
        if (status < 0 || closes) {
            close(fd);
            fd = -1;
        }
        if ((status >= 200 && status < 300) || status == 404) client->good++;
        else client->bad++;
        if (client->count == client->room)
            client->times = realloc(client->times, (client->room = client->room * 2 + 4096) * sizeof *client->times);
        client->times[client->count++] = (uint32_t)((now() - start) / 1000);
    }
    if (fd >= 0) close(fd);
    free(buffer);
    free(request);
    free(text);
    return NULL;
}

static int compare(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

int main(int count, char **words) {
    if (count < 6) {
        fprintf(stderr, "load SOCKET CLIENTS SECONDS METHOD TARGET [BODY]\n");
        return 2;
    }
    int clients = atoi(words[2]);
    double seconds = atof(words[3]);
    path = words[1], method = words[4], target = words[5], body = count > 6 ? words[6] : NULL;
    atomic_store(&numbers, getpid() * 100000L);
    struct client *all = calloc(clients, sizeof *all);
    long long start = now();
    stop_at = start + (long long)(seconds * 1e9);
    for (int i = 0; i < clients; i++) pthread_create(&all[i].thread, NULL, work, &all[i]);
    size_t total = 0, good = 0, bad = 0;
    for (int i = 0; i < clients; i++) {
        pthread_join(all[i].thread, NULL);
        total += all[i].count, good += all[i].good, bad += all[i].bad;
    }
    double took = (now() - start) / 1e9;
    uint32_t *times = malloc((total + 1) * sizeof *times);
    size_t place = 0;
    for (int i = 0; i < clients; i++) {
        memcpy(times + place, all[i].times, all[i].count * sizeof *times);
        place += all[i].count;
    }
    qsort(times, total, sizeof *times, compare);
    printf("%zu %.3f %.1f %u %u %zu %zu\n", total, took, total / took, total ? times[total / 2] : 0,
           total ? times[total * 99 / 100] : 0, good, bad);
    return 0;
}
