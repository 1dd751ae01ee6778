#ifndef DESCRY_SOCKANSWER_H
#define DESCRY_SOCKANSWER_H
#include "sockrows.h"
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/** The attributes behind a message's fixed part. */
#define EACH_ATTRIBUTE(attribute, header, part)                                                                        \
  int left = (int)(header)->nlmsg_len - (int)NLMSG_LENGTH(sizeof(part));                                               \
  for (const struct rtattr *attribute = (const struct rtattr *)((const uint8_t *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(part))); \
       RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))

/** Adds the row of one message of the table; a message that is cut short gives none. `uptime` in seconds, of its arrival. */
typedef void take_message(struct rows *rows, const struct nlmsghdr *header, int table, double uptime);

take_message take_inet, take_unix, take_netlink, take_packet;

/** State, addresses and cookie. */
void take_sockid(struct socket_row *row, const struct inet_diag_msg *message);
/** Segments with data, from INET_DIAG_INFO. */
void take_segments(struct socket_row *row, const uint8_t *payload, size_t length);

#endif
