/* The feed of closed connections: sock_diag(7) announces each to the groups SKNLGRP_INET*_DESTROY. */
#define _GNU_SOURCE
#include "sockanswer.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

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
  blank_row(row);
  take_sockid(row, message);
  row->protocol = *(const uint8_t *)RTA_DATA(attribute);
  EACH_ATTRIBUTE(further, header, *message) {
    if (further->rta_type == INET_DIAG_INFO) take_segments(row, RTA_DATA(further), RTA_PAYLOAD(further));
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
