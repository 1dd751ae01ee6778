/* What the messages of sock_diag(7) say of a socket, as rows. */
#include "sockanswer.h"
#include <arpa/inet.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <math.h>
#include <string.h>
#include <sys/socket.h>

#define STATE_SYN_SENT 2
#define STATE_SYN_RECV 3
#define STATE_TIME_WAIT 6
#define STATE_CLOSE 7
#define STATE_LISTEN 10
/** jiffies start at five minutes below zero: include/linux/jiffies.h, INITIAL_JIFFIES. */
#define JIFFIES_BEHIND_MS 300000.0
#define JIFFIES_TOLERANCE_MS 2000.0

/* Addresses */

static double cookie_of(const uint32_t halves[2]) {
  return (double)halves[0] + (double)(halves[1] & 0x1fffff) * 4294967296.0;
}

void take_sockid(struct socket_row *row, const struct inet_diag_msg *message) {
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
static void take_counts(struct socket_row *row, const struct tcp_info *info, size_t length) {
  if (length < offsetof(struct tcp_info, tcpi_data_segs_out) + sizeof info->tcpi_data_segs_out) return;
  const uint32_t in = info->tcpi_data_segs_in, out = info->tcpi_data_segs_out;
  row->segments = (double)in + (double)out;
  row->exchanges = in < out ? in : out;
}

void take_segments(struct socket_row *row, const uint8_t *payload, size_t length) {
  const struct tcp_info info = copy_tcp_info(payload, length);
  take_counts(row, &info, length);
}

static void take_tcp_info(struct socket_row *row, const uint8_t *payload, size_t length, double uptime) {
  const struct tcp_info info = copy_tcp_info(payload, length);
  take_counts(row, &info, length);
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

/* Messages */

void take_inet(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
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

void take_unix(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
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

void take_netlink(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
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

void take_packet(struct rows *rows, const struct nlmsghdr *header, int table, double uptime) {
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
