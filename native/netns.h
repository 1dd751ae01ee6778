#ifndef DESCRY_NETNS_H
#define DESCRY_NETNS_H
#include <stdint.h>

/** Two sock_diag sockets of one network namespace: for dumps, and for the feed of closings. */
struct diag_sockets {
  int dumps;
  int feed;
};

/**
 * Does `work` in the namespace that `path` names (/proc/PID/ns/net), which must have this inode; in the one this
 * program runs in when `path` is NULL. What `work` gives, or an errno: ESTALE when the path leads to another namespace
 * now, EPERM where it may not be entered (setns(2) wants CAP_SYS_ADMIN). Blocks; not for the main thread.
 */
int work_in_netns(const char *path, uint64_t inode, int (*work)(void *argument), void *argument);

/** Opens both in such a namespace, which lives on while they are open. 0, or an errno. */
int open_diag_sockets(const char *path, uint64_t inode, struct diag_sockets *sockets);

#endif
