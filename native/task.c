#include "task.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void execute(napi_env env, void *pointer) {
  (void)env;
  task *task = pointer;
  task->execute(task);
}

static void complete(napi_env env, napi_status status, void *pointer) {
  task *task = pointer;
  napi_value result = status == napi_ok ? task->result(env, task) : NULL;
  if (result != NULL) {
    napi_resolve_deferred(env, task->deferred, result);
  } else {
    napi_value message, error;
    napi_create_string_utf8(env, "the work in the C addon was given up", NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, NULL, message, &error);
    napi_reject_deferred(env, task->deferred, error);
  }
  napi_delete_async_work(env, task->work);
  task->release(env, task);
}

napi_value start_task(napi_env env, task *task, const char *name) {
  napi_value promise, label;
  if (napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &label) == napi_ok &&
      napi_create_async_work(env, NULL, label, execute, complete, task, &task->work) == napi_ok) {
    if (napi_create_promise(env, &task->deferred, &promise) == napi_ok &&
        napi_queue_async_work(env, task->work) == napi_ok)
      return promise;
    napi_delete_async_work(env, task->work);
  }
  task->release(env, task);
  napi_throw_error(env, NULL, "no work could be started in the C addon");
  return NULL;
}

double thread_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

napi_value copied_buffer(napi_env env, const void *bytes, size_t length) {
  napi_value buffer;
  void *memory;
  if (napi_create_arraybuffer(env, length, &memory, &buffer) != napi_ok) return NULL;
  if (length > 0) memcpy(memory, bytes, length);
  return buffer;
}

napi_value copied_array(napi_env env, napi_typedarray_type type, const void *elements, size_t length, size_t size) {
  napi_value array, buffer = copied_buffer(env, elements, length * size);
  if (buffer == NULL || napi_create_typedarray(env, type, length, buffer, 0, &array) != napi_ok) return NULL;
  return array;
}

napi_value text_or_errno(napi_env env, const char *text, size_t length, int error) {
  napi_value value;
  const napi_status status =
    error != 0 ? napi_create_int32(env, -error, &value) : napi_create_string_latin1(env, text, length, &value);
  return status == napi_ok ? value : NULL;
}

char *copied_string(napi_env env, napi_value value) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) return NULL;
  char *string = malloc(length + 1);
  if (string == NULL) return NULL;
  napi_get_value_string_utf8(env, value, string, length + 1, &length);
  return string;
}
