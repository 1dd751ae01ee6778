/*
 * The inode clock. Sockets and pipes get their inodes from get_next_ino() (fs/inode.c): each CPU takes them from a block
 * of 1024 of its own, in order. A socket that is made and closed again on every CPU says how far each of them is.
 */
#define _GNU_SOURCE
#include "addon.h"
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* On a larger machine it would cost more than it tells. */
#define MOST_CPUS 32

struct reading {
  napi_async_work work;
  napi_deferred deferred;
  int count;
  int error;
  double inodes[MOST_CPUS];
};

static double next_inode(void) {
  struct stat stat;
  double inode = 0;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  if (fstat(fd, &stat) == 0) inode = (double)stat.st_ino;
  close(fd);
  return inode;
}

static void read_clock(napi_env env, void *given) {
  struct reading *reading = given;
  cpu_set_t allowed, one;
  (void)env;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    reading->error = errno;
    return;
  }
  if (CPU_COUNT(&allowed) > MOST_CPUS) {
    reading->error = ENOTSUP;
    return;
  }
  for (int cpu = 0; cpu < CPU_SETSIZE && reading->count < MOST_CPUS; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) continue;
    double inode = next_inode();
    if (inode > 0) reading->inodes[reading->count++] = inode;
  }
  if (sched_setaffinity(0, sizeof allowed, &allowed) != 0) reading->error = errno;
}

static void tell_clock(napi_env env, napi_status status, void *given) {
  struct reading *reading = given;
  napi_value inodes, inode;
  napi_create_array_with_length(env, reading->count, &inodes);
  for (int at = 0; at < reading->count; at++) {
    napi_create_double(env, reading->inodes[at], &inode);
    napi_set_element(env, inodes, at, inode);
  }
  if (status == napi_ok && reading->error == 0 && reading->count > 0) {
    napi_resolve_deferred(env, reading->deferred, inodes);
  } else {
    napi_value none;
    napi_get_null(env, &none);
    napi_resolve_deferred(env, reading->deferred, none);
  }
  napi_delete_async_work(env, reading->work);
  free(reading);
}

/* readInodeClock(): Promise<number[] | null>: an inode of each CPU that this thread may run on, made just now. */
static napi_value read_inode_clock(napi_env env, napi_callback_info info) {
  napi_value promise, name;
  struct reading *reading = calloc(1, sizeof *reading);
  (void)info;
  if (reading == NULL) {
    napi_throw_error(env, "ENOMEM", "no memory for a reading of the inode clock");
    return NULL;
  }
  napi_create_promise(env, &reading->deferred, &promise);
  napi_create_string_utf8(env, "inode clock", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, NULL, name, read_clock, tell_clock, reading, &reading->work);
  napi_queue_async_work(env, reading->work);
  return promise;
}

napi_status register_clock(napi_env env, napi_value exports) {
  napi_value function;
  napi_status status =
      napi_create_function(env, "readInodeClock", NAPI_AUTO_LENGTH, read_inode_clock, NULL, &function);
  if (status != napi_ok) return status;
  return napi_set_named_property(env, exports, "readInodeClock", function);
}
