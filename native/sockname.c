/* What the kernel calls the protocol of a socket, which its inode knows though no table has it: xattr system.sockprotoname. */
#define _GNU_SOURCE
#include "task.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MOST_NAMES 256
#define NAME_BYTES 64

struct named {
  char *path;
  double inode;
  char name[NAME_BYTES];
  int error;
};

typedef struct {
  task task;
  uint32_t count;
  struct named sockets[MOST_NAMES];
} names_task;

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

static void execute_names(task *task) {
  names_task *work = (names_task *)task;
  for (uint32_t at = 0; at < work->count; at++) name_socket(&work->sockets[at]);
}

static napi_value names_result(napi_env env, task *task) {
  const names_task *work = (const names_task *)task;
  napi_value names;
  if (napi_create_array_with_length(env, work->count, &names) != napi_ok) return NULL;
  for (uint32_t at = 0; at < work->count; at++) {
    const struct named *socket = &work->sockets[at];
    napi_value value = text_or_errno(env, socket->name, NAPI_AUTO_LENGTH, socket->error);
    if (value == NULL || napi_set_element(env, names, at, value) != napi_ok) return NULL;
  }
  return names;
}

static void release_names(napi_env env, task *task) {
  (void)env;
  names_task *work = (names_task *)task;
  for (uint32_t at = 0; at < work->count; at++) free(work->sockets[at].path);
  free(work);
}

static napi_value refuse(napi_env env, names_task *work) {
  if (work != NULL) release_names(env, &work->task);
  napi_throw_type_error(env, NULL, "socketProtocolNames(paths, inodes): one of them is none, or there is no memory");
  return NULL;
}

/* socketProtocolNames(paths, inodes): Promise<(string | -errno)[]>, of MOST_NAMES at the most */
static napi_value socket_protocol_names(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t given = 2;
  uint32_t count = 0;
  names_task *work = calloc(1, sizeof *work);
  if (work == NULL || napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok ||
      napi_get_array_length(env, arguments[0], &count) != napi_ok)
    return refuse(env, work);
  work->task = (task){ .execute = execute_names, .result = names_result, .release = release_names };
  if (count > MOST_NAMES) count = MOST_NAMES;
  for (; work->count < count; work->count++) {
    struct named *socket = &work->sockets[work->count];
    napi_value path, inode;
    if (napi_get_element(env, arguments[0], work->count, &path) != napi_ok ||
        napi_get_element(env, arguments[1], work->count, &inode) != napi_ok ||
        napi_get_value_double(env, inode, &socket->inode) != napi_ok)
      return refuse(env, work);
    socket->path = copied_string(env, path);
    if (socket->path == NULL) return refuse(env, work);
  }
  return start_task(env, &work->task, "descry.socketProtocolNames");
}

napi_status register_socket_names(napi_env env, napi_value exports) {
  const napi_property_descriptor names = {
      "socketProtocolNames", NULL, socket_protocol_names, NULL, NULL, NULL, napi_enumerable, NULL};
  return napi_define_properties(env, exports, 1, &names);
}
