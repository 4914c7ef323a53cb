/* hammer: as many HTTP requests as a server answers, from connections that each wait for one.
 *
 *   hammer PORT CONNECTIONS SECONDS FILE
 *
 * FILE has whole requests, each followed by a line "%%" of its own; connection i sends request
 * i, i + CONNECTIONS, ... of it, round and round. Answers one line of JSON:
 *   {"event":"hammered","answers":..,"refused":not 2xx,"ns":..,"p50":..,"p99":..}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 1024, MOST_REQUESTS = 1 << 16, MOST_ANSWERS = 1 << 22 };
enum { BUFFER = 1 << 16, PATIENCE_MS = 5000 };

struct Connection {
    int fd;
    int next; /* which request it sends next */
    int64_t sent_ns;
    size_t size;
    char answer[BUFFER];
};

static struct Connection *connections;
static char *requests[MOST_REQUESTS];
static int request_count, connection_count;
static int64_t waits_ns[MOST_ANSWERS];
static int answers, refused;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int by_value(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void read_requests(const char *name) {
    FILE *file = fopen(name, "r");
    char *text = NULL;
    size_t room = 0;
    ssize_t size;

    if (!file || (size = getdelim(&text, &room, 0, file)) <= 0)
        fail(name);
    for (char *one = text; *one && request_count < MOST_REQUESTS; request_count++) {
        char *end = strstr(one, "%%\n");
        if (!end)
            break;
        requests[request_count] = strndup(one, (size_t)(end - one));
        one = end + 3;
    }
    free(text);
    fclose(file);
}

static void ask(struct Connection *connection) {
    const char *request = requests[connection->next % request_count];

    connection->next += connection_count;
    connection->size = 0;
    connection->sent_ns = now_ns();
    if (send(connection->fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        fail("hammer: send");
}

static void connect_to(int port, struct Connection *connection) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&to, sizeof to) < 0)
        fail("hammer: connect");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int is_whole(const struct Connection *connection) {
    const char *end = memmem(connection->answer, connection->size, "\r\n\r\n", 4);
    const char *length = end ? strcasestr(connection->answer, "content-length:") : NULL;

    return length && length < end &&
           connection->size >= (size_t)(end + 4 - connection->answer) + strtoul(length + 15, NULL, 10);
}

static void take(struct Connection *connection) {
    char *room = connection->answer + connection->size;
    ssize_t size = recv(connection->fd, room, BUFFER - 1 - connection->size, 0);

    if (size <= 0)
        fail("hammer: the server closed a connection");
    connection->size += (size_t)size;
    connection->answer[connection->size] = 0;
    if (!is_whole(connection))
        return;
    if (connection->answer[9] != '2' && refused++ == 0)
        fprintf(stderr, "hammer: %.200s\n", connection->answer);
    if (answers < MOST_ANSWERS)
        waits_ns[answers++] = now_ns() - connection->sent_ns;
    ask(connection);
}

static void hammer(int poll, int64_t until_ns) {
    struct epoll_event ready[64];

    for (int i = 0; i < connection_count; i++)
        ask(&connections[i]);
    while (now_ns() < until_ns) {
        int n = epoll_wait(poll, ready, 64, PATIENCE_MS);
        if (n == 0) {
            fprintf(stderr, "hammer: no answer within %d ms\n", PATIENCE_MS);
            exit(1);
        }
        for (int i = 0; i < n; i++)
            take(ready[i].data.ptr);
    }
}

int main(int argc, char **argv) {
    int64_t began_ns;
    int poll = epoll_create1(0);

    if (argc != 5) {
        fprintf(stderr, "usage: hammer PORT CONNECTIONS SECONDS FILE\n");
        return 2;
    }
    read_requests(argv[4]);
    connection_count = atoi(argv[2]) < MOST_CONNECTIONS ? atoi(argv[2]) : MOST_CONNECTIONS;
    connections = calloc((size_t)connection_count, sizeof *connections);
    for (int i = 0; connections && i < connection_count; i++) {
        struct epoll_event watch = {.events = EPOLLIN, .data.ptr = &connections[i]};
        connections[i].next = i;
        connect_to(atoi(argv[1]), &connections[i]);
        epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].fd, &watch);
    }
    began_ns = now_ns();
    hammer(poll, began_ns + (int64_t)(atof(argv[3]) * 1e9));
    int64_t took_ns = now_ns() - began_ns;
    qsort(waits_ns, (size_t)answers, sizeof *waits_ns, by_value);
    printf("{\"event\":\"hammered\",\"answers\":%d,\"refused\":%d,\"ns\":%ld,\"p50\":%ld,\"p99\":%ld}\n",
           answers, refused, (long)took_ns, (long)waits_ns[answers / 2],
           (long)waits_ns[(int)(answers * 0.99)]);
    return 0;
}
