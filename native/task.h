#ifndef DESCRY_TASK_H
#define DESCRY_TASK_H
#include "addon.h"

/**
 * Work off the main thread that a Promise stands for. It is the first field of a larger struct from calloc(3), which
 * `release` frees. `execute` may not touch JavaScript; a NULL of `result` rejects the Promise.
 */
typedef struct task {
  void (*execute)(struct task *task);
  napi_value (*result)(napi_env env, struct task *task);
  void (*release)(napi_env env, struct task *task);
  napi_async_work work;
  napi_deferred deferred;
} task;

/** Starts it and gives its Promise; NULL, with the task released and an exception pending, when that fails. */
napi_value start_task(napi_env env, task *task, const char *name);

/** CPU seconds of this thread. */
double thread_seconds(void);

/** An ArrayBuffer with a copy of so many bytes; NULL when there is no memory. */
napi_value copied_buffer(napi_env env, const void *bytes, size_t length);
/** A typed array with a copy of so many elements of `size` bytes; NULL when there is no memory. */
napi_value copied_array(napi_env env, napi_typedarray_type type, const void *elements, size_t length, size_t size);
/** Text of so many bytes, each a character; the errno, negative, where there is one. NULL when there is no memory. */
napi_value text_or_errno(napi_env env, const char *text, size_t length, int error);
/** A string as UTF-8 in memory from malloc(3); NULL when it is none. */
char *copied_string(napi_env env, napi_value value);

#endif
