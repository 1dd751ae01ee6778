/*
 * Settings of a network namespace. /proc/sys/net shows each reader those of the namespace that it is in itself
 * (net_ctl_root.lookup() of net/sysctl_net.c goes by current->nsproxy), whatever mount or /proc/PID/root it goes
 * through: so a thread enters the namespace and reads there.
 */
#define _GNU_SOURCE
#include "netns.h"
#include "task.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_FILES 16
/** ip_local_reserved_ports may list each port there is. */
#define MOST_BYTES (512 * 1024)

struct setting {
  char *path;
  char *text;
  size_t length;
  int error;
};

typedef struct {
  task task;
  char *namespace;
  double inode;
  int error;
  uint32_t count;
  struct setting settings[MOST_FILES];
} settings_task;

static void read_setting(struct setting *setting) {
  const int file = open(setting->path, O_RDONLY | O_CLOEXEC);
  setting->error = file < 0 ? errno : 0;
  for (size_t room = 0; setting->error == 0 && setting->length < MOST_BYTES;) {
    if (setting->length == room) {
      room = room == 0 ? 4096 : room * 2;
      char *larger = realloc(setting->text, room);
      if (larger == NULL) setting->error = ENOMEM;
      else setting->text = larger;
      continue;
    }
    const ssize_t got = read(file, setting->text + setting->length, room - setting->length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) setting->error = errno;
    if (got <= 0) break;
    setting->length += (size_t)got;
  }
  if (file >= 0) close(file);
}

static int read_settings(void *pointer) {
  settings_task *work = pointer;
  for (uint32_t at = 0; at < work->count; at++) read_setting(&work->settings[at]);
  return 0;
}

static void execute_settings(task *task) {
  settings_task *work = (settings_task *)task;
  work->error = work_in_netns(work->namespace, (uint64_t)work->inode, read_settings, work);
}

static void release_settings(napi_env env, task *task) {
  (void)env;
  settings_task *work = (settings_task *)task;
  for (uint32_t at = 0; at < work->count; at++) {
    free(work->settings[at].path);
    free(work->settings[at].text);
  }
  free(work->namespace);
  free(work);
}

static napi_value settings_result(napi_env env, task *task) {
  const settings_task *work = (const settings_task *)task;
  napi_value texts, value;
  if (work->error != 0) return napi_create_int32(env, -work->error, &value) == napi_ok ? value : NULL;
  if (napi_create_array_with_length(env, work->count, &texts) != napi_ok) return NULL;
  for (uint32_t at = 0; at < work->count; at++) {
    const struct setting *setting = &work->settings[at];
    value = text_or_errno(env, setting->text == NULL ? "" : setting->text, setting->length, setting->error);
    if (value == NULL || napi_set_element(env, texts, at, value) != napi_ok) return NULL;
  }
  return texts;
}

static napi_value refuse(napi_env env, settings_task *work) {
  if (work != NULL) release_settings(env, &work->task);
  napi_throw_type_error(env, NULL, "readNetSettings(namespace, inode, paths): one of them is none, or there is no memory");
  return NULL;
}

/* readNetSettings(namespace, inode, paths): Promise<(string | -errno)[] | -errno> */
static napi_value read_net_settings(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t given = 3;
  uint32_t count = 0;
  settings_task *work = calloc(1, sizeof *work);
  if (work == NULL || napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok) return refuse(env, work);
  work->task = (task){ .execute = execute_settings, .result = settings_result, .release = release_settings };
  work->namespace = copied_string(env, arguments[0]);
  if (work->namespace == NULL || napi_get_value_double(env, arguments[1], &work->inode) != napi_ok ||
      napi_get_array_length(env, arguments[2], &count) != napi_ok || count > MOST_FILES)
    return refuse(env, work);
  for (; work->count < count; work->count++) {
    napi_value path;
    if (napi_get_element(env, arguments[2], work->count, &path) != napi_ok) return refuse(env, work);
    work->settings[work->count].path = copied_string(env, path);
    if (work->settings[work->count].path == NULL) return refuse(env, work);
  }
  return start_task(env, &work->task, "descry.readNetSettings");
}

napi_status register_net_settings(napi_env env, napi_value exports) {
  const napi_property_descriptor settings = {
      "readNetSettings", NULL, read_net_settings, NULL, NULL, NULL, napi_enumerable, NULL};
  return napi_define_properties(env, exports, 1, &settings);
}
