/*
 * Sockets for src/kernel/sockdiag/native.ts, which has the types of these functions. Errors that the caller decides
 * about are numbers: an errno, negative. What may take long runs in libuv's pool and gives a promise.
 */
#define _GNU_SOURCE
#include "addon.h"
#include "netns.h"
#include "sockrow.h"
#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/xattr.h>
#include <unistd.h>

#define PATH_BYTES 256
#define MOST_NAMES 256
#define NAME_BYTES 64

#define TRY(call)                                                                                                      \
  do                                                                                                                   \
    if ((call) != napi_ok) return fail(env);                                                                           \
  while (0)

static napi_value fail(napi_env env) {
  const napi_extended_error_info *error = NULL;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  napi_get_last_error_info(env, &error);
  if (!pending)
    napi_throw_error(env, NULL, error != NULL && error->error_message != NULL ? error->error_message : "napi failed");
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

/* One piece of work in the pool and the promise of it. */

struct task {
  napi_async_work work;
  napi_deferred deferred;
  void (*run)(struct task *task);
  /** Makes the value of the promise on the main thread. */
  napi_value (*result)(napi_env env, struct task *task);
  /** Kept from being collected while the task runs. */
  napi_ref kept[2];
};

static void run_task(napi_env env, void *pointer) {
  (void)env;
  struct task *task = pointer;
  task->run(task);
}

static void finish_task(napi_env env, napi_status status, void *pointer) {
  (void)status;
  struct task *task = pointer;
  napi_value value = task->result(env, task);
  if (value == NULL) napi_get_undefined(env, &value);
  napi_resolve_deferred(env, task->deferred, value);
  for (int index = 0; index < 2; index++)
    if (task->kept[index] != NULL) napi_delete_reference(env, task->kept[index]);
  napi_delete_async_work(env, task->work);
  free(task);
}

static napi_value start_task(napi_env env, struct task *task, const char *name) {
  napi_value promise, label;
  TRY(napi_create_promise(env, &task->deferred, &promise));
  TRY(napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &label));
  TRY(napi_create_async_work(env, NULL, label, run_task, finish_task, task, &task->work));
  TRY(napi_queue_async_work(env, task->work));
  return promise;
}

static napi_value number_of(napi_env env, int number) {
  napi_value value = NULL;
  napi_create_int32(env, number, &value);
  return value;
}

/* openSockDiag(path | null, inode): promise of a handle or of -errno */

struct open_task {
  struct task task;
  char path[PATH_BYTES];
  double inode;
  struct diag_sockets sockets;
  int error;
};

static void run_open(struct task *task) {
  struct open_task *open = (struct open_task *)task;
  open->error = open_diag_sockets(open->path[0] != 0 ? open->path : NULL, (uint64_t)open->inode, &open->sockets);
}

static napi_value result_of_open(napi_env env, struct task *task) {
  struct open_task *open = (struct open_task *)task;
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

static napi_value open_sock_diag(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct open_task *open = calloc(1, sizeof *open);
  if (open == NULL) return number_of(env, -ENOMEM);
  open->task.run = run_open;
  open->task.result = result_of_open;
  napi_valuetype type;
  TRY(napi_typeof(env, arguments[0], &type));
  size_t length = 0;
  if (type == napi_string) TRY(napi_get_value_string_utf8(env, arguments[0], open->path, PATH_BYTES, &length));
  TRY(napi_get_value_double(env, arguments[1], &open->inode));
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

struct dump_task {
  struct task task;
  struct handle *handle;
  uint32_t mask;
  void *bytes;
  size_t size;
};

static void run_dump(struct task *task) {
  struct dump_task *dump = (struct dump_task *)task;
  dump_tables(dump->handle->sockets.dumps, dump->mask, dump->bytes, dump->size);
}

static napi_value result_of_dump(napi_env env, struct task *task) {
  (void)env;
  struct dump_task *dump = (struct dump_task *)task;
  dump->handle->dumps_under_way--;
  close_when_idle(dump->handle);
  return NULL;
}

static napi_value dump_sock_diag(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct handle *handle = handle_of(env, arguments[0]);
  if (handle == NULL) return NULL;
  struct dump_task *dump = calloc(1, sizeof *dump);
  if (dump == NULL) return fail(env);
  dump->task.run = run_dump;
  dump->task.result = result_of_dump;
  dump->handle = handle;
  TRY(napi_get_value_uint32(env, arguments[1], &dump->mask));
  TRY(napi_get_arraybuffer_info(env, arguments[2], &dump->bytes, &dump->size));
  if (dump->size < ROWS_AT || handle->closed) {
    free(dump);
    napi_throw_range_error(env, NULL, "no room for a dump, or the handle is closed");
    return NULL;
  }
  TRY(napi_create_reference(env, arguments[0], 1, &dump->task.kept[0]));
  TRY(napi_create_reference(env, arguments[2], 1, &dump->task.kept[1]));
  handle->dumps_under_way++;
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

/* socketProtocolNames(paths, inodes): promise of an array: a name, or -errno */

struct named {
  char path[PATH_BYTES];
  double inode;
  char name[NAME_BYTES];
  int error;
};

struct names_task {
  struct task task;
  uint32_t count;
  struct named sockets[];
};

static void name_socket(struct named *socket) {
  char link[64], wanted[64];
  snprintf(wanted, sizeof wanted, "socket:[%.0f]", socket->inode);
  // Asking for the attribute of a file goes to its file system, which may hang: only of what still is this socket.
  ssize_t length = readlink(socket->path, link, sizeof link - 1);
  if (length < 0) {
    socket->error = errno;
    return;
  }
  link[length] = 0;
  if (strcmp(link, wanted) != 0) {
    socket->error = ESTALE;
    return;
  }
  length = getxattr(socket->path, "system.sockprotoname", socket->name, NAME_BYTES - 1);
  if (length < 0) socket->error = errno;
  else socket->name[length] = 0;
}

static void run_names(struct task *task) {
  struct names_task *names = (struct names_task *)task;
  for (uint32_t index = 0; index < names->count; index++) name_socket(&names->sockets[index]);
}

static napi_value result_of_names(napi_env env, struct task *task) {
  const struct names_task *names = (const struct names_task *)task;
  napi_value array = NULL;
  if (napi_create_array_with_length(env, names->count, &array) != napi_ok) return NULL;
  for (uint32_t index = 0; index < names->count; index++) {
    const struct named *socket = &names->sockets[index];
    napi_value value = NULL;
    if (socket->error != 0) value = number_of(env, -socket->error);
    else napi_create_string_latin1(env, socket->name, NAPI_AUTO_LENGTH, &value);
    napi_set_element(env, array, index, value);
  }
  return array;
}

static napi_value socket_protocol_names(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t given = 2;
  uint32_t count = 0;
  TRY(napi_get_cb_info(env, info, &given, arguments, NULL, NULL));
  TRY(napi_get_array_length(env, arguments[0], &count));
  if (count > MOST_NAMES) count = MOST_NAMES;
  struct names_task *names = calloc(1, sizeof *names + count * sizeof *names->sockets);
  if (names == NULL) return fail(env);
  names->task.run = run_names;
  names->task.result = result_of_names;
  names->count = count;
  for (uint32_t index = 0; index < count; index++) {
    napi_value path, inode;
    size_t length;
    TRY(napi_get_element(env, arguments[0], index, &path));
    TRY(napi_get_element(env, arguments[1], index, &inode));
    TRY(napi_get_value_string_utf8(env, path, names->sockets[index].path, PATH_BYTES, &length));
    TRY(napi_get_value_double(env, inode, &names->sockets[index].inode));
  }
  return start_task(env, &names->task, "descry.socketProtocolNames");
}

napi_status register_sockets(napi_env env, napi_value exports) {
  static const struct { const char *name; napi_callback call; } functions[] = {
    { "openSockDiag", open_sock_diag },   { "closeSockDiag", close_sock_diag }, { "dumpSockDiag", dump_sock_diag },
    { "hearClosings", hear_closings },    { "drainClosings", drain },
    { "socketProtocolNames", socket_protocol_names },
  };
  for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
    napi_value function;
    napi_status status =
        napi_create_function(env, functions[index].name, NAPI_AUTO_LENGTH, functions[index].call, NULL, &function);
    if (status == napi_ok) status = napi_set_named_property(env, exports, functions[index].name, function);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}
