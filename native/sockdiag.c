/*
 * Socket tables through sock_diag(7), which says of a TCP connection what /proc/net/tcp does not: when data last went
 * and how many segments had any. One request a table; the kernel answers in pieces of up to 32 KB.
 */
#define _GNU_SOURCE
#include "sockanswer.h"
#include <errno.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define TRIES 3
/** LISTEN is 10 and NEW_SYN_RECV 12. 13, sockets that are bound and nothing more, stand in no /proc/net/tcp either. */
#define ALL_STATES 0x1fffu

static double seconds_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

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
