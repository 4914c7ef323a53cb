/* limit: what the kernel alone can do. Accepts sockets and, when told to, send()s one WebSocket
 * frame to each of them in a plain loop.
 *
 *   limit PORT
 *
 * Control: "go PAYLOAD" on stdin sends PAYLOAD, framed, to all; the end of stdin ends it.
 * Answers: one line of JSON each: {"event":"listening"}, {"event":"sent","sockets":N}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, MOST_SOCKETS = 1 << 17, MOST_PAYLOAD = 60000 };

static int sockets[MOST_SOCKETS];
static int count;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int listening_on(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, BACKLOG) < 0)
        fail("limit: listen");
    return listener;
}

static void take_in(int listener) {
    int client, on = 1;

    while (count < MOST_SOCKETS && (client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockets[count++] = client;
    }
}

/* A whole unmasked text frame. Source: RFC 6455, section 5.2. */
static size_t framed(char *frame, const char *payload, size_t size) {
    size_t head = size < 126 ? 2 : 4;

    frame[0] = (char)0x81;
    frame[1] = (char)(size < 126 ? size : 126);
    if (head == 4) {
        frame[2] = (char)(size >> 8);
        frame[3] = (char)size;
    }
    memcpy(frame + head, payload, size);
    return head + size;
}

static void broadcast(const char *payload, size_t size) {
    static char frame[MOST_PAYLOAD + 4];
    size_t length = framed(frame, payload, size);

    for (int i = 0; i < count; i++)
        if (send(sockets[i], frame, length, MSG_NOSIGNAL) < 0 && errno != EPIPE)
            fail("limit: send");
    printf("{\"event\":\"sent\",\"sockets\":%d}\n", count);
}

/* False at the end of stdin. */
static int obey(void) {
    static char line[MOST_PAYLOAD + 8];
    ssize_t size = read(STDIN_FILENO, line, sizeof line);

    if (size <= 0)
        return 0;
    if (size > 4 && strncmp(line, "go ", 3) == 0)
        broadcast(line + 3, (size_t)size - 4); /* without the end of the line */
    return 1;
}

int main(int argc, char **argv) {
    int listener, poll = epoll_create1(0), alive = argc == 2;
    struct epoll_event watch = {.events = EPOLLIN}, ready[2];

    if (!alive) {
        fprintf(stderr, "usage: limit PORT\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    listener = listening_on(atoi(argv[1]));
    watch.data.fd = listener;
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &watch);
    watch.data.fd = STDIN_FILENO;
    epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &watch);
    printf("{\"event\":\"listening\"}\n");
    while (alive) {
        int n = epoll_wait(poll, ready, 2, -1);
        for (int i = 0; i < n; i++) {
            if (ready[i].data.fd == listener)
                take_in(listener);
            else
                alive = alive && obey();
        }
    }
    return 0;
}
