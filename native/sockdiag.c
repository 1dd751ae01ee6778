/*
 * Socket tables through sock_diag(7), which says of a TCP connection what /proc/net/tcp does not: when data last went
 * and how many segments had any. One request a table; the kernel answers in pieces of up to 32 KB.
 */
#define _GNU_SOURCE
#include "sockrow.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define UNKNOWN 0xffffffffu
#define TRIES 3
/** LISTEN is 10 and NEW_SYN_RECV 12. 13, sockets that are bound and nothing more, stand in no /proc/net/tcp either. */
#define ALL_STATES 0x1fffu
#define STATE_SYN_SENT 2
#define STATE_SYN_RECV 3
#define STATE_TIME_WAIT 6
#define STATE_CLOSE 7
#define STATE_LISTEN 10
/** jiffies start at five minutes below zero: include/linux/jiffies.h, INITIAL_JIFFIES. */
#define JIFFIES_BEHIND_MS 300000.0
#define JIFFIES_TOLERANCE_MS 2000.0

static double seconds_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Rows */

static struct socket_row *row_at(const struct rows *rows, size_t index) {
  return (struct socket_row *)(rows->bytes + ROWS_AT) + index;
}

static size_t needed_bytes(const struct rows *rows) {
  return ROWS_AT + rows->count * sizeof(struct socket_row) + rows->name_bytes;
}

/** A blank row at the end; NULL when there is no room, and then it is only counted. */
static struct socket_row *add_row(struct rows *rows) {
  size_t index = rows->count++;
  if (needed_bytes(rows) > rows->size) return NULL;
  struct socket_row *row = row_at(rows, index);
  memset(row, 0, sizeof *row);
  row->uid = row->receive_queue = row->exchanges = UNKNOWN;
  row->used_at = row->segments = NAN;
  return row;
}

/** Keeps a name at the end of the buffer and gives where; 0 when there is no room, and then it is only counted. */
static uint32_t add_name(struct rows *rows, const uint8_t *name, size_t length) {
  rows->name_bytes += length;
  if (needed_bytes(rows) > rows->size) return 0;
  size_t at = rows->size - rows->name_bytes;
  memcpy(rows->bytes + at, name, length);
  return (uint32_t)at;
}

static void mix(uint64_t *print, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  uint64_t hash = *print;
  for (; length > 0;) {
    uint64_t word = 0;
    size_t part = length < 8 ? length : 8;
    memcpy(&word, at, part);
    hash = (hash ^ word ^ (uint64_t)length << 56) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
    at += part;
    length -= part;
  }
  *print = hash;
}

/** Over state, both addresses and whether bytes wait: what a socket fact says. */
static void take_print(const struct rows *rows, struct socket_row *row, int named) {
  struct { uint16_t local, remote; uint8_t state, address_bytes, waits, named; } head = {
    row->local_port, row->remote_port, row->state, row->address_bytes,
    row->receive_queue != 0 && row->receive_queue != UNKNOWN, (uint8_t)named };
  uint64_t print = 0x2f0b4c479747b28cu;
  mix(&print, &head, sizeof head);
  if (named) {
    uint32_t lengths[2] = { row->name_bytes, row->peer_name_bytes };
    mix(&print, lengths, sizeof lengths);
    mix(&print, rows->bytes + row->name_at, row->name_bytes);
    mix(&print, rows->bytes + row->peer_name_at, row->peer_name_bytes);
  } else {
    mix(&print, row->local, 32);
  }
  print ^= print >> 32;
  print *= 0xd6e8feb86659fd93u;
  row->print_low = (uint32_t)print;
  row->print_high = (uint32_t)(print >> 32);
}

static double cookie_of(const uint32_t halves[2]) {
  return (double)halves[0] + (double)(halves[1] & 0x1fffff) * 4294967296.0;
}

static void take_sockid(struct socket_row *row, const struct inet_diag_msg *message) {
  row->state = message->idiag_state;
  row->address_bytes = message->idiag_family == AF_INET6 ? 16 : 4;
  row->local_port = ntohs(message->id.idiag_sport);
  row->remote_port = ntohs(message->id.idiag_dport);
  memcpy(row->local, message->id.idiag_src, row->address_bytes);
  memcpy(row->remote, message->id.idiag_dst, row->address_bytes);
  row->cookie = cookie_of(message->id.idiag_cookie);
}

/* Idle times */

/**
 * Whether an idle time is none: a socket that never was connected has jiffies themselves instead, 300 s less than the
 * host is up, and one of a socket that was cannot be longer than the host is up. Milliseconds are 32 bits.
 */
static int never_used(uint32_t idle_ms, double uptime_ms) {
  double jiffies_ms = fmod(uptime_ms - JIFFIES_BEHIND_MS + 4294967296.0, 4294967296.0);
  double off = fabs(jiffies_ms - idle_ms);
  return off < JIFFIES_TOLERANCE_MS || off > 4294967296.0 - JIFFIES_TOLERANCE_MS || idle_ms > uptime_ms;
}

static struct tcp_info copy_tcp_info(const uint8_t *payload, size_t length) {
  struct tcp_info info;
  memset(&info, 0, sizeof info);
  memcpy(&info, payload, length < sizeof info ? length : sizeof info);
  return info;
}

/** Linux before 4.6 does not count segments with data. */
static void take_segments(struct socket_row *row, const struct tcp_info *info, size_t length) {
  if (length < offsetof(struct tcp_info, tcpi_data_segs_out) + sizeof info->tcpi_data_segs_out) return;
  const uint32_t in = info->tcpi_data_segs_in, out = info->tcpi_data_segs_out;
  row->segments = (double)in + (double)out;
  row->exchanges = in < out ? in : out;
}

static void take_tcp_info(struct socket_row *row, const uint8_t *payload, size_t length, double uptime) {
  const struct tcp_info info = copy_tcp_info(payload, length);
  take_segments(row, &info, length);
  row->awaits = info.tcpi_last_data_sent < info.tcpi_last_data_recv;
  // Both are set when a connection is made: tcp_finish_connect(), tcp_create_openreq_child().
  double used_at = NAN;
  if (!never_used(info.tcpi_last_data_sent, uptime * 1e3)) used_at = uptime - info.tcpi_last_data_sent / 1e3;
  if (!never_used(info.tcpi_last_data_recv, uptime * 1e3))
    used_at = fmax(used_at, uptime - info.tcpi_last_data_recv / 1e3);
  row->used_at = used_at;
}

static int has_idle_times(uint8_t state) {
  return state != STATE_LISTEN && state != STATE_SYN_SENT && state != STATE_SYN_RECV && state != STATE_CLOSE &&
         state != STATE_TIME_WAIT && state < STATE_LISTEN + 2;
}

/* Answers */

typedef void take_message(struct rows *rows, const struct nlmsghdr *header, int table, double uptime);

/** The attributes behind a message's fixed part. */
#define EACH_ATTRIBUTE(attribute, header, part)                                                                        \
  int left = (int)(header)->nlmsg_len - (int)NLMSG_LENGTH(sizeof(part));                                               \
  for (const struct rtattr *attribute = (const struct rtattr *)((const uint8_t *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(part))); \
       RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))

static void take_inet(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
  const struct inet_diag_msg *message = NLMSG_DATA(header);
  if (header->nlmsg_len < NLMSG_LENGTH(sizeof *message)) return;
  struct socket_row *row = add_row(rows);
  if (row == NULL) return;
  take_sockid(row, message);
  row->inode = message->idiag_inode;
  row->uid = message->idiag_uid;
  row->receive_queue = message->idiag_rqueue;
  // inet_twsk_diag_fill(): 3 is the timer of TIME_WAIT.
  if (row->state == STATE_TIME_WAIT && message->idiag_timer == 3) row->expires = message->idiag_expires;
  if (table == TABLE_TCP && has_idle_times(row->state)) {
    EACH_ATTRIBUTE(attribute, header, *message) {
      if (attribute->rta_type == INET_DIAG_INFO)
        take_tcp_info(row, RTA_DATA(attribute), RTA_PAYLOAD(attribute), uptime);
    }
  }
  take_print(rows, row, 0);
}

static void take_unix(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
  (void)table;
  (void)uptime;
  const struct unix_diag_msg *message = NLMSG_DATA(header);
  if (header->nlmsg_len < NLMSG_LENGTH(sizeof *message)) return;
  struct socket_row *row = add_row(rows);
  uint32_t name_at = 0, name_bytes = 0;
  EACH_ATTRIBUTE(attribute, header, *message) {
    const uint8_t *payload = RTA_DATA(attribute);
    size_t length = RTA_PAYLOAD(attribute);
    if (attribute->rta_type == UNIX_DIAG_NAME) {
      // A path has a zero at its end, an abstract name one at its beginning.
      if (length > 0 && payload[0] != 0) length = strnlen((const char *)payload, length);
      name_at = add_name(rows, payload, length);
      name_bytes = (uint32_t)length;
    }
    if (row == NULL) continue;
    if (attribute->rta_type == UNIX_DIAG_PEER && length >= 4) memcpy(&row->peer, payload, 4);
    if (attribute->rta_type == UNIX_DIAG_RQLEN && length >= 4) memcpy(&row->receive_queue, payload, 4);
    if (attribute->rta_type == UNIX_DIAG_UID && length >= 4) memcpy(&row->uid, payload, 4);
  }
  if (row == NULL) return;
  row->state = message->udiag_state;
  row->inode = message->udiag_ino;
  row->name_at = name_at;
  row->name_bytes = name_bytes;
}

static void take_netlink(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
  (void)table;
  (void)uptime;
  const struct netlink_diag_msg *message = NLMSG_DATA(header);
  if (header->nlmsg_len < NLMSG_LENGTH(sizeof *message)) return;
  struct socket_row *row = add_row(rows);
  if (row == NULL) return;
  row->state = STATE_CLOSE;
  row->inode = message->ndiag_ino;
  row->pair[0] = message->ndiag_protocol;
  row->pair[1] = message->ndiag_portid;
  EACH_ATTRIBUTE(attribute, header, *message) {
    if (attribute->rta_type == NETLINK_DIAG_MEMINFO && RTA_PAYLOAD(attribute) >= 4)
      memcpy(&row->receive_queue, RTA_DATA(attribute), 4);
  }
  take_print(rows, row, 0);
}

static void take_packet(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
  (void)table;
  (void)uptime;
  const struct packet_diag_msg *message = NLMSG_DATA(header);
  if (header->nlmsg_len < NLMSG_LENGTH(sizeof *message)) return;
  struct socket_row *row = add_row(rows);
  if (row == NULL) return;
  row->state = STATE_CLOSE;
  row->inode = message->pdiag_ino;
  row->pair[0] = message->pdiag_num;
  EACH_ATTRIBUTE(attribute, header, *message) {
    const uint8_t *payload = RTA_DATA(attribute);
    size_t length = RTA_PAYLOAD(attribute);
    if (attribute->rta_type == PACKET_DIAG_INFO && length >= 4) memcpy(&row->pair[1], payload, 4);
    if (attribute->rta_type == PACKET_DIAG_MEMINFO && length >= 4) memcpy(&row->receive_queue, payload, 4);
    if (attribute->rta_type == PACKET_DIAG_UID && length >= 4) memcpy(&row->uid, payload, 4);
  }
  take_print(rows, row, 0);
}

/** Gives each unix row the name of the socket at its other end: a client's own end has none. */
static void name_peers(struct rows *rows, size_t first) {
  if (needed_bytes(rows) > rows->size) return;
  size_t slots = 64;
  while (slots < 2 * (rows->count - first)) slots *= 2;
  uint32_t *by_inode = calloc(slots, sizeof *by_inode);
  for (size_t index = first; by_inode != NULL && index < rows->count; index++) {
    const struct socket_row *row = row_at(rows, index);
    if (row->inode == 0 || row->name_bytes == 0) continue;
    size_t slot = row->inode * 2654435761u & (slots - 1);
    while (by_inode[slot] != 0) slot = (slot + 1) & (slots - 1);
    by_inode[slot] = (uint32_t)index + 1;
  }
  for (size_t index = first; index < rows->count; index++) {
    struct socket_row *row = row_at(rows, index);
    if (by_inode != NULL && row->peer != 0) {
      size_t slot = row->peer * 2654435761u & (slots - 1);
      while (by_inode[slot] != 0 && row_at(rows, by_inode[slot] - 1)->inode != row->peer) slot = (slot + 1) & (slots - 1);
      if (by_inode[slot] != 0) {
        const struct socket_row *peer = row_at(rows, by_inode[slot] - 1);
        row->peer_name_at = peer->name_at;
        row->peer_name_bytes = peer->name_bytes;
      }
    }
    take_print(rows, row, 1);
  }
  free(by_inode);
}

/* Requests */

union request {
  struct inet_diag_req tcp;
  struct inet_diag_req_v2 inet;
  struct unix_diag_req unix_sockets;
  struct netlink_diag_req netlink;
  struct packet_diag_req packet;
};

struct plan {
  uint16_t type;
  uint32_t length;
  take_message *take;
};

static struct plan plan_inet(union request *request, uint8_t family, uint8_t protocol) {
  request->inet.sdiag_family = family;
  request->inet.sdiag_protocol = protocol;
  request->inet.idiag_states = ALL_STATES;
  return (struct plan){ SOCK_DIAG_BY_FAMILY, sizeof request->inet, take_inet };
}

static struct plan plan_table(int table, union request *request) {
  memset(request, 0, sizeof *request);
  switch (table) {
    case TABLE_TCP:
      // The older request gives both families in one walk through the kernel's hash, which is half of the cost.
      request->tcp.idiag_family = AF_INET;
      request->tcp.idiag_ext = 1 << (INET_DIAG_INFO - 1);
      request->tcp.idiag_states = ALL_STATES;
      return (struct plan){ TCPDIAG_GETSOCK, sizeof request->tcp, take_inet };
    case TABLE_UDP4: return plan_inet(request, AF_INET, IPPROTO_UDP);
    case TABLE_UDP6: return plan_inet(request, AF_INET6, IPPROTO_UDP);
    case TABLE_UDPLITE4: return plan_inet(request, AF_INET, IPPROTO_UDPLITE);
    case TABLE_UDPLITE6: return plan_inet(request, AF_INET6, IPPROTO_UDPLITE);
    case TABLE_RAW4: return plan_inet(request, AF_INET, IPPROTO_RAW);
    case TABLE_RAW6: return plan_inet(request, AF_INET6, IPPROTO_RAW);
    case TABLE_UNIX:
      request->unix_sockets.sdiag_family = AF_UNIX;
      request->unix_sockets.udiag_states = UNKNOWN;
      request->unix_sockets.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;
      return (struct plan){ SOCK_DIAG_BY_FAMILY, sizeof request->unix_sockets, take_unix };
    case TABLE_NETLINK:
      request->netlink.sdiag_family = AF_NETLINK;
      request->netlink.sdiag_protocol = NDIAG_PROTO_ALL;
      request->netlink.ndiag_show = NDIAG_SHOW_MEMINFO;
      return (struct plan){ SOCK_DIAG_BY_FAMILY, sizeof request->netlink, take_netlink };
    default:
      request->packet.sdiag_family = AF_PACKET;
      request->packet.pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO;
      return (struct plan){ SOCK_DIAG_BY_FAMILY, sizeof request->packet, take_packet };
  }
}

static int send_request(int descriptor, const struct plan *plan, const union request *request, uint32_t sequence) {
  struct { struct nlmsghdr header; union request request; } message;
  memset(&message, 0, sizeof message);
  message.header.nlmsg_len = NLMSG_LENGTH(plan->length);
  message.header.nlmsg_type = plan->type;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.header.nlmsg_seq = sequence;
  memcpy(&message.request, request, plan->length);
  const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  ssize_t sent;
  do sent = sendto(descriptor, &message, message.header.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

/** The errno that ends a dump, 0 for a good end, -1 when there is more to come. */
static int end_of(const struct nlmsghdr *header) {
  if (header->nlmsg_type != NLMSG_DONE && header->nlmsg_type != NLMSG_ERROR) return -1;
  int error = 0;
  if (header->nlmsg_len >= NLMSG_LENGTH(sizeof error)) memcpy(&error, NLMSG_DATA(header), sizeof error);
  return error < 0 ? -error : 0;
}

static int receive_answer(int descriptor, struct rows *rows, const struct plan *plan, int table, uint32_t sequence) {
  _Alignas(8) uint8_t piece[64 * 1024];
  int interrupted = 0;
  for (;;) {
    ssize_t length = recv(descriptor, piece, sizeof piece, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
    double uptime = seconds_of(CLOCK_MONOTONIC);
    unsigned left = (unsigned)length;
    for (const struct nlmsghdr *header = (const struct nlmsghdr *)piece; NLMSG_OK(header, left);
         header = NLMSG_NEXT(header, left)) {
      // An answer that came too late for the reading it was meant for.
      if (header->nlmsg_seq != sequence) continue;
      if (header->nlmsg_flags & NLM_F_DUMP_INTR) interrupted = 1;
      int end = end_of(header);
      if (end > 0) return end;
      if (end == 0) return interrupted ? EINTR : 0;
      plan->take(rows, header, table, uptime);
    }
  }
}

static int dump_table(int descriptor, struct rows *rows, int table) {
  static atomic_uint last_sequence;
  union request request;
  const struct plan plan = plan_table(table, &request);
  const size_t count = rows->count, name_bytes = rows->name_bytes;
  int error = 0;
  for (int tries = 0; tries < TRIES; tries++) {
    rows->count = count;
    rows->name_bytes = name_bytes;
    const uint32_t sequence = atomic_fetch_add(&last_sequence, 1) + 1;
    error = send_request(descriptor, &plan, &request, sequence);
    if (error == 0) error = receive_answer(descriptor, rows, &plan, table, sequence);
    if (error != EINTR && error != ENOBUFS) break;
  }
  if (table == TABLE_UNIX) name_peers(rows, count);
  return error;
}

void dump_tables(int descriptor, uint32_t mask, uint8_t *bytes, size_t size) {
  struct dump_head *head = (struct dump_head *)bytes;
  struct rows rows = { bytes, size, 0, 0 };
  const double from = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  memset(head, 0, sizeof *head);
  for (int table = 0; table < TABLES; table++) {
    if (!(mask >> table & 1)) continue;
    head->table[table].first = (uint32_t)rows.count;
    head->table[table].error = (uint32_t)dump_table(descriptor, &rows, table);
    head->table[table].count = (uint32_t)(rows.count - head->table[table].first);
  }
  head->needed = (double)needed_bytes(&rows);
  head->cost = seconds_of(CLOCK_THREAD_CPUTIME_ID) - from;
}

/* Closings */

/** Room for an announcement: the header, the addresses, the protocol and tcp_info. */
#define ANNOUNCEMENT_BYTES 512
#define BATCH 64

static int take_closing(struct socket_row *row, const uint8_t *bytes, size_t length) {
  const struct nlmsghdr *header = (const struct nlmsghdr *)bytes;
  const struct inet_diag_msg *message = NLMSG_DATA(header);
  const size_t fixed = NLMSG_LENGTH(sizeof *message);
  // What did not fit was cut off.
  if (length < fixed + RTA_LENGTH(1) || header->nlmsg_len > length) return 0;
  const struct rtattr *attribute = (const struct rtattr *)(bytes + NLMSG_ALIGN(fixed));
  if (attribute->rta_type != INET_DIAG_PROTOCOL) return 0;
  memset(row, 0, sizeof *row);
  take_sockid(row, message);
  row->protocol = *(const uint8_t *)RTA_DATA(attribute);
  row->exchanges = UNKNOWN;
  row->used_at = row->segments = NAN;
  EACH_ATTRIBUTE(further, header, *message) {
    if (further->rta_type != INET_DIAG_INFO) continue;
    const struct tcp_info info = copy_tcp_info(RTA_DATA(further), RTA_PAYLOAD(further));
    take_segments(row, &info, RTA_PAYLOAD(further));
  }
  return 1;
}

int drain_closings(int descriptor, uint8_t *bytes, size_t size) {
  _Alignas(8) uint8_t announcements[BATCH][ANNOUNCEMENT_BYTES];
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  size_t count = 0;
  const size_t most = size / sizeof(struct socket_row);
  while (count < most) {
    const unsigned batch = most - count < BATCH ? (unsigned)(most - count) : BATCH;
    memset(messages, 0, batch * sizeof *messages);
    for (unsigned index = 0; index < batch; index++) {
      parts[index] = (struct iovec){ announcements[index], ANNOUNCEMENT_BYTES };
      messages[index].msg_hdr.msg_iov = &parts[index];
      messages[index].msg_hdr.msg_iovlen = 1;
    }
    const int got = recvmmsg(descriptor, messages, batch, MSG_DONTWAIT, NULL);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) break;
    if (got < 0) return -errno;
    for (int index = 0; index < got; index++)
      count += (size_t)take_closing((struct socket_row *)bytes + count, announcements[index], messages[index].msg_len);
    if ((unsigned)got < batch) break;
  }
  return (int)count;
}
