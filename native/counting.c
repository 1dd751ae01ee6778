/* How many descriptors processes have, what those hold, and whether two threads have the same ones. */
#include "counting.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptors.h"
#include "held.h"
#include "task.h"

/** Figures of each process: pid, inode of its folder, descriptors (or -reason). */
#define BEAT 3

typedef struct {
  task task;
  char *procfs;
  double *beats;
  size_t length, capacity;
  bool readable;
} pulse_task;

static bool push_beat(pulse_task *work, double pid, double inode, double open) {
  if (work->length + BEAT > work->capacity) {
    size_t capacity = work->capacity * 2 + 256 * BEAT;
    double *beats = realloc(work->beats, capacity * sizeof *beats);
    if (beats == NULL) return false;
    work->beats = beats;
    work->capacity = capacity;
  }
  double *beat = work->beats + work->length;
  beat[0] = pid;
  beat[1] = inode;
  beat[2] = open;
  work->length += BEAT;
  return true;
}

static bool is_pid(const char *name) {
  size_t digits = strspn(name, "0123456789");
  return name[0] != '0' && digits > 0 && digits <= 10 && name[digits] == 0;
}

static bool beat_of(pulse_task *work, int procfs, const char *pid) {
  char folder[16];
  struct stat found;
  snprintf(folder, sizeof folder, "%.10s/fd", pid);
  if (fstatat(procfs, folder, &found, 0) == 0)
    return push_beat(work, strtod(pid, NULL), (double)found.st_ino, (double)found.st_size);
  enum reason reason = reason_of(errno);
  return reason == EXITED || push_beat(work, strtod(pid, NULL), 0, -(double)reason);
}

static void execute_pulse(task *task) {
  pulse_task *work = (pulse_task *)task;
  DIR *names = opendir(work->procfs);
  if (names == NULL) return;
  work->readable = true;
  errno = 0;
  for (struct dirent *name; work->readable && (name = readdir(names)) != NULL; errno = 0)
    if (is_pid(name->d_name)) work->readable = beat_of(work, dirfd(names), name->d_name);
  if (errno != 0) work->readable = false;
  closedir(names);
}

static napi_value pulse_result(napi_env env, task *task) {
  pulse_task *work = (pulse_task *)task;
  napi_value result;
  if (work->readable) return copied_array(env, napi_float64_array, work->beats, work->length, sizeof(double));
  return napi_get_null(env, &result) == napi_ok ? result : NULL;
}

static void release_pulse(napi_env env, task *task) {
  (void)env;
  pulse_task *work = (pulse_task *)task;
  free(work->procfs);
  free(work->beats);
  free(work);
}

napi_value count_folders(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value procfs;
  if (napi_get_cb_info(env, info, &count, &procfs, NULL, NULL) != napi_ok) return NULL;
  pulse_task *work = calloc(1, sizeof *work);
  if (work == NULL) return NULL;
  work->task = (task){.execute = execute_pulse, .result = pulse_result, .release = release_pulse};
  work->procfs = copied_string(env, procfs);
  if (work->procfs != NULL) return start_task(env, &work->task, "descry.countFolders");
  release_pulse(env, &work->task);
  napi_throw_type_error(env, NULL, "countFolders takes a path");
  return NULL;
}

typedef struct {
  task task;
  char **paths;
  int32_t *things;
  /** Count and CPU seconds of each. */
  double *counts;
  size_t length;
} held_task;

static void execute_held(task *task) {
  held_task *work = (held_task *)task;
  for (size_t at = 0; at < work->length; at++) {
    double from = thread_seconds();
    work->counts[2 * at] = read_held(work->paths[at], work->things[at]);
    work->counts[2 * at + 1] = thread_seconds() - from;
  }
}

static napi_value held_result(napi_env env, task *task) {
  held_task *work = (held_task *)task;
  return copied_array(env, napi_float64_array, work->counts, 2 * work->length, sizeof(double));
}

static void release_held(napi_env env, task *task) {
  (void)env;
  held_task *work = (held_task *)task;
  for (size_t at = 0; at < work->length; at++) free(work->paths[at]);
  free(work->paths);
  free(work->things);
  free(work->counts);
  free(work);
}

static bool take_held(napi_env env, held_task *work, napi_value paths, napi_value things) {
  uint32_t length;
  if (napi_get_array_length(env, paths, &length) != napi_ok) return false;
  work->paths = calloc(length + 1, sizeof *work->paths);
  work->things = calloc(length + 1, sizeof *work->things);
  work->counts = calloc(length + 1, 2 * sizeof *work->counts);
  if (work->paths == NULL || work->things == NULL || work->counts == NULL) return false;
  for (uint32_t at = 0; at < length; at++) {
    napi_value path, thing;
    if (napi_get_element(env, paths, at, &path) != napi_ok || napi_get_element(env, things, at, &thing) != napi_ok)
      return false;
    work->paths[at] = copied_string(env, path);
    work->length = at + 1;
    if (work->paths[at] == NULL || napi_get_value_int32(env, thing, &work->things[at]) != napi_ok) return false;
  }
  return true;
}

napi_value count_held(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2];
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok) return NULL;
  held_task *work = calloc(1, sizeof *work);
  if (work == NULL) return NULL;
  work->task = (task){.execute = execute_held, .result = held_result, .release = release_held};
  if (take_held(env, work, given[0], given[1])) return start_task(env, &work->task, "descry.countHeld");
  release_held(env, &work->task);
  napi_throw_type_error(env, NULL, "countHeld takes paths and what to count in each");
  return NULL;
}

napi_value shares_table(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2], result;
  int32_t one, other;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok ||
      napi_get_value_int32(env, given[0], &one) != napi_ok || napi_get_value_int32(env, given[1], &other) != napi_ok) {
    napi_throw_type_error(env, NULL, "sharesTable takes two thread ids");
    return NULL;
  }
  long order = syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0);
  napi_status status;
  // One that has ended has no table of its own.
  if (order >= 0 || errno == ESRCH) status = napi_get_boolean(env, order <= 0, &result);
  else status = napi_get_null(env, &result);
  return status == napi_ok ? result : NULL;
}
