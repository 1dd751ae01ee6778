#define _GNU_SOURCE
#include "netns.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/** An announcement of a closed socket takes 2 KB in the kernel: some 2,000 a second, for a few seconds. The kernel doubles it. */
#define FEED_BYTES (8 * 1024 * 1024)
/** A dump that says nothing for so long is given up. */
#define SILENCE_SECONDS 10

static int open_here(struct diag_sockets *sockets) {
  const int type = SOCK_RAW | SOCK_CLOEXEC;
  sockets->feed = -1;
  sockets->dumps = socket(AF_NETLINK, type, NETLINK_SOCK_DIAG);
  if (sockets->dumps >= 0) sockets->feed = socket(AF_NETLINK, type, NETLINK_SOCK_DIAG);
  if (sockets->feed < 0) {
    const int error = errno;
    if (sockets->dumps >= 0) close(sockets->dumps);
    return error;
  }
  // The kernel does not send to a socket without a port of its own.
  const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
  if (bind(sockets->feed, (const struct sockaddr *)&any, sizeof any) != 0) {
    const int error = errno;
    close(sockets->dumps);
    close(sockets->feed);
    return error;
  }
  const struct timeval silence = { .tv_sec = SILENCE_SECONDS };
  setsockopt(sockets->dumps, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
  const int size = FEED_BYTES;
  if (setsockopt(sockets->feed, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    setsockopt(sockets->feed, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  return 0;
}

struct entry {
  int namespace;
  int (*work)(void *argument);
  void *argument;
  int error;
};

static void *enter_and_work(void *pointer) {
  struct entry *entry = pointer;
  entry->error = setns(entry->namespace, CLONE_NEWNET) == 0 ? entry->work(entry->argument) : errno;
  return NULL;
}

int work_in_netns(const char *path, uint64_t inode, int (*work)(void *argument), void *argument) {
  if (path == NULL) return work(argument);
  struct entry entry = { open(path, O_RDONLY | O_CLOEXEC), work, argument, 0 };
  if (entry.namespace < 0) return errno;
  struct stat is;
  if (fstat(entry.namespace, &is) != 0) entry.error = errno;
  else if (is.st_ino != inode) entry.error = ESTALE;
  else {
    // A thread of its own enters the namespace and ends there: none that goes on working is ever in the wrong one.
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, enter_and_work, &entry);
    if (error == 0) pthread_join(thread, NULL);
    else entry.error = error;
  }
  close(entry.namespace);
  return entry.error;
}

static int open_for(void *sockets) {
  return open_here(sockets);
}

int open_diag_sockets(const char *path, uint64_t inode, struct diag_sockets *sockets) {
  return work_in_netns(path, inode, open_for, sockets);
}
