/* load: thousands of WebSocket clients in one thread, which count frames and take the time.
 *
 *   load NAME=VALUE...
 *
 *   port=8000 path=/  where to, always on 127.0.0.1
 *   raw=1             no handshake: a client is in as soon as it is connected
 *   subprotocol=NAME  asked for in the handshake
 *   hellos=FILE       client i sends line i of it after the handshake, as a text frame
 *   placed=TEXT       a client is in when a frame with this text has come
 *   inflight=128      so many are on their way in at once
 *
 * Control, one word a line on stdin; each is answered by one line of JSON:
 *   open N            open N more clients       {"event":"open","ns":first to last,"clients":all,"lost":..}
 *   arm TEXT          watch for a frame with TEXT at every client   {"event":"armed"}, then, when
 *                     each has it, {"event":"round","first":..,"p50":..,"p99":..,"last":..} in ns
 *                     of CLOCK_MONOTONIC
 *   probe PATH        GET PATH on a connection of its own every 2 ms    {"event":"probing"}
 *   probed            end of it   {"event":"probed","count":..,"p50":..,"p99":..,"max":..} in ns;
 *                     each moment counts at which a request was due, also while one is waited for
 *   close             drop all clients          {"event":"closed"}
 * The end of stdin ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CLIENTS = 1 << 17, READ_SIZE = 1 << 16, MOST_EVENTS = 256, ADDRESSES = 8 };
enum { PROBE_EVERY_NS = 2000000, MOST_PROBES = 1 << 20 };
enum { ON_STDIN = -1, ON_PROBE = -2, ON_TIMER = -3 };
enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

enum State { ABSENT, CONNECTING, GREETING, ENTERING, PLACED, LOST };

struct Client {
    int fd;
    enum State state;
    int has_round;
    char *rest; /* the beginning of what has not come whole */
    size_t rest_size;
};

static struct Client clients[MOST_CLIENTS];
static int64_t arrivals[MOST_CLIENTS];
static int opened, wanted, under_way, placed, lost, arrived;
static int64_t began_ns;
static int is_opening, is_armed;

static int poll_fd, port = 8000, is_raw, inflight = 128;
static const char *path = "/", *subprotocol, *placed_mark;
static char mark[512];
static char **hellos;
static int hello_count;

static int probe_fd = -1, timer_fd, probe_waits;
static int64_t probe_due[MOST_PROBES];
static int64_t probe_ns[MOST_PROBES];
static int probe_count, probe_first;
static char probe_request[640];

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

static void write_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return; /* the peer is gone: reading will tell */
        if (sent > 0) {
            data += sent;
            size -= (size_t)sent;
        }
    }
}

/* A whole masked frame of at most 64 KiB. Source: RFC 6455, section 5.2. */
static void send_frame(int fd, int opcode, const char *payload, size_t size) {
    static char frame[READ_SIZE + 8];
    static const unsigned char key[4] = {0x37, 0xfa, 0x21, 0x3d};
    size_t head = 2;

    frame[0] = (char)(0x80 | opcode);
    frame[1] = (char)(0x80 | (size < 126 ? size : 126));
    if (size >= 126) {
        frame[2] = (char)(size >> 8);
        frame[3] = (char)size;
        head = 4;
    }
    memcpy(frame + head, key, 4);
    head += 4;
    for (size_t i = 0; i < size; i++)
        frame[head + i] = (char)(payload[i] ^ key[i % 4]);
    write_all(fd, frame, head + size);
}

static void watch(int fd, int id, uint32_t events, int how) {
    struct epoll_event event = {.events = events, .data.fd = id};
    if (epoll_ctl(poll_fd, how, fd, &event) < 0)
        fail("load: epoll_ctl");
}

/* Clients of several addresses: one has no more than 28,000 ports. */
static int connected_from(int number) {
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    if (fd < 0)
        fail("load: socket");
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(number % ADDRESSES));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)port);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0)
        fail("load: bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
        fail("load: connect");
    return fd;
}

static void tell_if_all_arrived(void) {
    if (!is_armed || arrived < placed || arrived == 0)
        return;
    is_armed = 0;
    qsort(arrivals, (size_t)arrived, sizeof *arrivals, by_value);
    printf("{\"event\":\"round\",\"frames\":%d,\"first\":%ld,\"p50\":%ld,\"p99\":%ld,\"last\":%ld}\n",
           arrived, (long)arrivals[0], (long)arrivals[arrived / 2],
           (long)arrivals[(int)(arrived * 0.99)], (long)arrivals[arrived - 1]);
}

static void open_next(void) {
    while (under_way < inflight && opened < wanted) {
        struct Client *client = &clients[opened];
        *client = (struct Client){.fd = connected_from(opened), .state = CONNECTING};
        watch(client->fd, opened, EPOLLOUT, EPOLL_CTL_ADD);
        opened++;
        under_way++;
    }
    if (is_opening && !under_way && opened == wanted) {
        is_opening = 0;
        printf("{\"event\":\"open\",\"ns\":%ld,\"clients\":%d,\"lost\":%d}\n",
               (long)(now_ns() - began_ns), placed, lost);
    }
}

static void end_entering(struct Client *client, enum State state) {
    client->state = state;
    placed += state == PLACED;
    under_way--;
    open_next();
}

static void lose(struct Client *client) {
    enum State state = client->state;

    close(client->fd);
    free(client->rest);
    client->rest = NULL;
    client->rest_size = 0;
    client->state = LOST;
    lost++;
    if (state == PLACED) {
        placed--;
        arrived -= client->has_round;
        tell_if_all_arrived();
    } else {
        end_entering(client, LOST);
    }
}

static void greet(struct Client *client) {
    char request[1024], asked[256] = "";

    if (subprotocol)
        snprintf(asked, sizeof asked, "Sec-WebSocket-Protocol: %s\r\n", subprotocol);
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Version: 13\r\n%s\r\n",
             path, port, asked);
    write_all(client->fd, request, strlen(request));
    client->state = GREETING;
}

static void connection_made(int id) {
    struct Client *client = &clients[id];
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        lose(client);
        return;
    }
    watch(client->fd, id, EPOLLIN, EPOLL_CTL_MOD);
    if (is_raw)
        end_entering(client, PLACED);
    else
        greet(client);
}

static void take_text(struct Client *client, const char *text, size_t size) {
    if (client->state == ENTERING && placed_mark && memmem(text, size, placed_mark, strlen(placed_mark)))
        end_entering(client, PLACED);
    if (is_armed && !client->has_round && memmem(text, size, mark, strlen(mark))) {
        client->has_round = 1;
        arrivals[arrived++] = now_ns();
        tell_if_all_arrived();
    }
}

/* Size of the frame at `data`, 0 if it has not come whole. */
static size_t take_frame(struct Client *client, const char *data, size_t size) {
    const unsigned char *bytes = (const unsigned char *)data;
    size_t head = 2, length;

    if (size < 2)
        return 0;
    length = bytes[1] & 0x7f;
    if (length == 126) {
        head = 4;
        length = size < 4 ? 0 : (size_t)bytes[2] << 8 | bytes[3];
    } else if (length == 127) {
        head = 10;
        length = 0;
        for (int i = 2; i < 10 && size >= 10; i++)
            length = length << 8 | bytes[i];
    }
    if (size < head || size - head < length)
        return 0;
    if ((bytes[0] & 0x0f) == TEXT)
        take_text(client, data + head, length);
    else if ((bytes[0] & 0x0f) == PING)
        send_frame(client->fd, PONG, data + head, length);
    return head + length;
}

/* How much of the answer to the handshake is read; 0 if it has not come whole. */
static size_t take_answer(int id, const char *data, size_t size) {
    struct Client *client = &clients[id];
    const char *end = memmem(data, size, "\r\n\r\n", 4);

    if (!end)
        return 0;
    if (size < 12 || memcmp(data + 9, "101", 3) != 0) {
        fprintf(stderr, "load: %.*s\n", (int)(size < 200 ? size : 200), data);
        lose(client);
        return size;
    }
    client->state = ENTERING;
    if (hello_count) {
        const char *hello = hellos[id % hello_count];
        send_frame(client->fd, TEXT, hello, strlen(hello));
    }
    if (!placed_mark)
        end_entering(client, PLACED);
    return (size_t)(end + 4 - data);
}

static void take_bytes(int id, const char *data, size_t size) {
    struct Client *client = &clients[id];
    size_t taken = 0, step = 1;

    while (taken < size && step && client->state != LOST) {
        step = client->state == GREETING ? take_answer(id, data + taken, size - taken)
                                         : take_frame(client, data + taken, size - taken);
        taken += step;
    }
    if (client->state == LOST)
        return;
    char *rest = taken < size ? malloc(size - taken) : NULL;
    if (rest)
        memcpy(rest, data + taken, size - taken);
    free(client->rest);
    client->rest = rest;
    client->rest_size = size - taken;
}

static void readable(int id) {
    static char data[2 * READ_SIZE];
    struct Client *client = &clients[id];
    size_t kept = client->rest_size;
    ssize_t size;

    if (client->state == LOST || client->state == ABSENT)
        return;
    if (kept > READ_SIZE) {
        lose(client); /* no server here sends frames of that size */
        return;
    }
    if (kept)
        memcpy(data, client->rest, kept);
    size = recv(client->fd, data + kept, READ_SIZE, 0);
    if (size > 0)
        take_bytes(id, data, kept + (size_t)size);
    else if (size == 0 || errno != EAGAIN)
        lose(client);
}

static void probe_if_due(void) {
    if (probe_fd >= 0 && !probe_waits && probe_first < probe_count) {
        probe_waits = 1;
        write_all(probe_fd, probe_request, strlen(probe_request));
    }
}

static void probe_is_due(void) {
    uint64_t times;

    if (read(timer_fd, &times, sizeof times) < 0)
        return;
    for (int64_t due = now_ns() - (int64_t)(times - 1) * PROBE_EVERY_NS; times--; due += PROBE_EVERY_NS)
        if (probe_count < MOST_PROBES)
            probe_due[probe_count++] = due;
    probe_if_due();
}

/* One answer serves every moment at which a request was due: they all waited for it. */
static void probe_answered(void) {
    if (probe_fd < 0)
        return; /* ended by a command that came with the answer */
    char answer[4096];
    int64_t now;

    if (recv(probe_fd, answer, sizeof answer, 0) <= 0)
        fail("load: the probed server closed the connection");
    now = now_ns();
    for (; probe_first < probe_count; probe_first++)
        probe_ns[probe_first] = now - probe_due[probe_first];
    probe_waits = 0;
}

static void start_probe(const char *where) {
    struct itimerspec every = {{0, PROBE_EVERY_NS}, {0, PROBE_EVERY_NS}};

    snprintf(probe_request, sizeof probe_request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", where);
    probe_count = probe_first = probe_waits = 0;
    probe_fd = connected_from(0);
    watch(probe_fd, ON_PROBE, EPOLLIN, EPOLL_CTL_ADD);
    timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    timerfd_settime(timer_fd, 0, &every, NULL);
    watch(timer_fd, ON_TIMER, EPOLLIN, EPOLL_CTL_ADD);
    printf("{\"event\":\"probing\"}\n");
}

static void end_probe(void) {
    close(probe_fd);
    close(timer_fd);
    probe_fd = -1;
    qsort(probe_ns, (size_t)probe_first, sizeof *probe_ns, by_value);
    printf("{\"event\":\"probed\",\"count\":%d,\"p50\":%ld,\"p99\":%ld,\"max\":%ld}\n", probe_first,
           (long)probe_ns[probe_first / 2], (long)probe_ns[(int)(probe_first * 0.99)],
           (long)probe_ns[probe_first ? probe_first - 1 : 0]);
}

static void arm(const char *text) {
    snprintf(mark, sizeof mark, "%s", text);
    for (int i = 0; i < opened; i++)
        clients[i].has_round = 0;
    arrived = 0;
    is_armed = 1;
    printf("{\"event\":\"armed\"}\n");
}

static void close_all(void) {
    struct linger abortive = {1, 0}; /* no TIME_WAIT: the next round needs the ports */

    for (int i = 0; i < opened; i++) {
        if (clients[i].state == LOST)
            continue;
        setsockopt(clients[i].fd, SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
        close(clients[i].fd);
        free(clients[i].rest);
    }
    memset(clients, 0, (size_t)opened * sizeof *clients);
    opened = wanted = under_way = placed = lost = arrived = is_opening = is_armed = 0;
    printf("{\"event\":\"closed\"}\n");
}

static void obey(const char *line) {
    int more;

    if (sscanf(line, "open %d", &more) == 1) {
        wanted = opened + more > MOST_CLIENTS ? MOST_CLIENTS : opened + more;
        began_ns = now_ns();
        is_opening = 1;
        open_next();
    } else if (strncmp(line, "arm ", 4) == 0) {
        arm(line + 4);
    } else if (strncmp(line, "probe ", 6) == 0) {
        start_probe(line + 6);
    } else if (strcmp(line, "probed") == 0) {
        end_probe();
    } else if (strcmp(line, "close") == 0) {
        close_all();
    }
}

/* False at the end of stdin. Commands are short and come one at a time. */
static int obey_stdin(void) {
    char line[512]; /* shorter than what takes it in */
    ssize_t size = read(STDIN_FILENO, line, sizeof line - 1);

    if (size <= 0)
        return 0;
    line[size] = 0;
    line[strcspn(line, "\n")] = 0;
    obey(line);
    return 1;
}

static void read_hellos(const char *name) {
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;

    if (!file)
        fail(name);
    hellos = calloc(MOST_CLIENTS, sizeof *hellos);
    while (hellos && hello_count < MOST_CLIENTS && (size = getline(&line, &room, file)) > 0) {
        line[strcspn(line, "\n")] = 0;
        hellos[hello_count++] = strdup(line);
    }
    free(line);
    fclose(file);
}

static void set(const char *option) {
    const char *value = strchr(option, '=');

    value = value ? value + 1 : "";
    if (strncmp(option, "port=", 5) == 0)
        port = atoi(value);
    else if (strncmp(option, "path=", 5) == 0)
        path = value;
    else if (strncmp(option, "raw=", 4) == 0)
        is_raw = atoi(value);
    else if (strncmp(option, "subprotocol=", 12) == 0)
        subprotocol = value;
    else if (strncmp(option, "hellos=", 7) == 0)
        read_hellos(value);
    else if (strncmp(option, "placed=", 7) == 0)
        placed_mark = value;
    else if (strncmp(option, "inflight=", 9) == 0)
        inflight = atoi(value);
    else {
        fprintf(stderr, "load: unknown option %s\n", option);
        exit(2);
    }
}

/* False at the end of stdin. */
static int handle(int id) {
    if (id == ON_STDIN)
        return obey_stdin();
    if (id == ON_PROBE)
        probe_answered();
    else if (id == ON_TIMER)
        probe_is_due();
    else if (clients[id].state == CONNECTING)
        connection_made(id);
    else
        readable(id);
    probe_if_due();
    return 1;
}

int main(int argc, char **argv) {
    struct epoll_event ready[MOST_EVENTS];
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i < argc; i++)
        set(argv[i]);
    poll_fd = epoll_create1(0);
    watch(STDIN_FILENO, ON_STDIN, EPOLLIN, EPOLL_CTL_ADD);
    for (;;) {
        int n = epoll_wait(poll_fd, ready, MOST_EVENTS, -1);
        for (int i = 0; i < n; i++)
            if (!handle(ready[i].data.fd))
                return 0;
    }
}
