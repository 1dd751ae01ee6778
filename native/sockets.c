/*
 * Sockets for src/kernel/sockdiag/native.ts, which has the types of these functions. Errors that the caller decides
 * about are numbers: an errno, negative. What may take long runs in libuv's pool and gives a promise.
 */
#define _GNU_SOURCE
#include "netns.h"
#include "sockrow.h"
#include "task.h"
#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TRY(call)                                                                                                      \
  do                                                                                                                   \
    if ((call) != napi_ok) return fail(env);                                                                           \
  while (0)

static napi_value fail(napi_env env) {
  const napi_extended_error_info *error = NULL;
  bool pending = false;
  // Any other call forgets the last error.
  napi_get_last_error_info(env, &error);
  const char *message = error != NULL && error->error_message != NULL ? error->error_message : "napi failed";
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, NULL, message);
  return NULL;
}

/* A namespace's sockets, held by an external value. Used and closed on the main thread; dumps only borrow it. */

struct handle {
  struct diag_sockets sockets;
  int dumps_under_way;
  int closed;
};

static void close_when_idle(struct handle *handle) {
  if (!handle->closed || handle->dumps_under_way > 0) return;
  if (handle->sockets.dumps >= 0) close(handle->sockets.dumps);
  if (handle->sockets.feed >= 0) close(handle->sockets.feed);
  handle->sockets = (struct diag_sockets){ -1, -1 };
}

/** A dump keeps a reference to the external value, so none is under way here. */
static void collect_handle(node_api_basic_env env, void *pointer, void *hint) {
  (void)env;
  (void)hint;
  struct handle *handle = pointer;
  handle->closed = 1;
  handle->dumps_under_way = 0;
  close_when_idle(handle);
  free(handle);
}

static napi_value number_of(napi_env env, int number) {
  napi_value value = NULL;
  napi_create_int32(env, number, &value);
  return value;
}

/* openSockDiag(path | null, inode): promise of a handle or of -errno */

typedef struct {
  task task;
  char *path;
  double inode;
  struct diag_sockets sockets;
  int error;
} open_task;

static void execute_open(task *task) {
  open_task *open = (open_task *)task;
  open->error = open_diag_sockets(open->path, (uint64_t)open->inode, &open->sockets);
}

static napi_value open_result(napi_env env, task *task) {
  open_task *open = (open_task *)task;
  if (open->error != 0) return number_of(env, -open->error);
  struct handle *handle = calloc(1, sizeof *handle);
  napi_value value = NULL;
  if (handle != NULL) handle->sockets = open->sockets;
  if (handle != NULL && napi_create_external(env, handle, collect_handle, NULL, &value) == napi_ok) return value;
  free(handle);
  close(open->sockets.dumps);
  close(open->sockets.feed);
  return number_of(env, -ENOMEM);
}

static void release_open(napi_env env, task *task) {
  (void)env;
  open_task *open = (open_task *)task;
  free(open->path);
  free(open);
}

static napi_value open_sock_diag(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  double inode;
  napi_valuetype type;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_typeof(env, arguments[0], &type));
  TRY(napi_get_value_double(env, arguments[1], &inode));
  char *path = type == napi_string ? copied_string(env, arguments[0]) : NULL;
  open_task *open = calloc(1, sizeof *open);
  if (open == NULL || (type == napi_string && path == NULL)) {
    free(path);
    free(open);
    return number_of(env, -ENOMEM);
  }
  open->task = (task){ .execute = execute_open, .result = open_result, .release = release_open };
  open->path = path;
  open->inode = inode;
  return start_task(env, &open->task, "descry.openSockDiag");
}

static struct handle *handle_of(napi_env env, napi_value value) {
  void *handle = NULL;
  if (napi_get_value_external(env, value, &handle) != napi_ok) napi_throw_type_error(env, NULL, "not a handle");
  return handle;
}

/* closeSockDiag(handle) */

static napi_value close_sock_diag(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  struct handle *handle = handle_of(env, argument);
  if (handle == NULL) return NULL;
  handle->closed = 1;
  close_when_idle(handle);
  return NULL;
}

/* dumpSockDiag(handle, mask, buffer): promise of nothing; the buffer says everything */

typedef struct {
  task task;
  struct handle *handle;
  uint32_t mask;
  void *bytes;
  size_t size;
  /** The handle and the buffer, kept from being collected meanwhile. */
  napi_ref kept[2];
} dump_task;

static void execute_dump(task *task) {
  dump_task *dump = (dump_task *)task;
  dump_tables(dump->handle->sockets.dumps, dump->mask, dump->bytes, dump->size);
}

static napi_value dump_result(napi_env env, task *task) {
  (void)task;
  napi_value nothing = NULL;
  napi_get_undefined(env, &nothing);
  return nothing;
}

static void release_dump(napi_env env, task *task) {
  dump_task *dump = (dump_task *)task;
  dump->handle->dumps_under_way--;
  close_when_idle(dump->handle);
  for (int at = 0; at < 2; at++)
    if (dump->kept[at] != NULL) napi_delete_reference(env, dump->kept[at]);
  free(dump);
}

static napi_value dump_sock_diag(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3, size;
  uint32_t mask;
  void *bytes;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct handle *handle = handle_of(env, arguments[0]);
  if (handle == NULL) return NULL;
  TRY(napi_get_value_uint32(env, arguments[1], &mask));
  TRY(napi_get_arraybuffer_info(env, arguments[2], &bytes, &size));
  if (size < ROWS_AT || handle->closed) {
    napi_throw_range_error(env, NULL, "no room for a dump, or the handle is closed");
    return NULL;
  }
  dump_task *dump = calloc(1, sizeof *dump);
  if (dump == NULL) return fail(env);
  *dump = (dump_task){ .handle = handle, .mask = mask, .bytes = bytes, .size = size };
  dump->task = (task){ .execute = execute_dump, .result = dump_result, .release = release_dump };
  handle->dumps_under_way++;
  if (napi_create_reference(env, arguments[0], 1, &dump->kept[0]) != napi_ok ||
      napi_create_reference(env, arguments[2], 1, &dump->kept[1]) != napi_ok) {
    release_dump(env, &dump->task);
    return fail(env);
  }
  return start_task(env, &dump->task, "descry.dumpSockDiag");
}

/* hearClosings(handle, whether): 0 or -errno */

static napi_value hear_closings(napi_env env, napi_callback_info info) {
  static const int groups[] = { SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET_UDP_DESTROY, SKNLGRP_INET6_TCP_DESTROY,
                                SKNLGRP_INET6_UDP_DESTROY };
  napi_value arguments[2];
  size_t count = 2;
  bool whether;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct handle *handle = handle_of(env, arguments[0]);
  if (handle == NULL) return NULL;
  TRY(napi_get_value_bool(env, arguments[1], &whether));
  const int option = whether ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP;
  int error = 0;
  for (size_t index = 0; index < sizeof groups / sizeof *groups; index++)
    if (setsockopt(handle->sockets.feed, SOL_NETLINK, option, &groups[index], sizeof groups[index]) != 0) error = errno;
  return number_of(env, -error);
}

/* drainClosings(handle, buffer): how many rows, or -errno; ENOBUFS: some were lost */

static napi_value drain(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2, size = 0;
  void *bytes = NULL;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct handle *handle = handle_of(env, arguments[0]);
  if (handle == NULL) return NULL;
  TRY(napi_get_arraybuffer_info(env, arguments[1], &bytes, &size));
  return number_of(env, drain_closings(handle->sockets.feed, bytes, size));
}

napi_status register_sockets(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
      {"openSockDiag", NULL, open_sock_diag, NULL, NULL, NULL, napi_enumerable, NULL},
      {"closeSockDiag", NULL, close_sock_diag, NULL, NULL, NULL, napi_enumerable, NULL},
      {"dumpSockDiag", NULL, dump_sock_diag, NULL, NULL, NULL, napi_enumerable, NULL},
      {"hearClosings", NULL, hear_closings, NULL, NULL, NULL, napi_enumerable, NULL},
      {"drainClosings", NULL, drain, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
}
