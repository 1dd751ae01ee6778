#ifndef DESCRY_NETNS_H
#define DESCRY_NETNS_H
#include <stdint.h>

/** Two sock_diag sockets of one network namespace: for dumps, and for the feed of closings. */
struct diag_sockets {
  int dumps;
  int feed;
};

/**
 * Opens both in the namespace that `path` names (/proc/PID/ns/net), which must have this inode; in the one this
 * program runs in when `path` is NULL. 0, or an errno: ESTALE when the path leads to another namespace now, EPERM
 * where it may not be entered (setns(2) wants CAP_SYS_ADMIN). Blocks; not for the main thread. While they are open the
 * namespace lives on.
 */
int open_diag_sockets(const char *path, uint64_t inode, struct diag_sockets *sockets);

#endif
