/* Listings of descriptor folders off the main thread, several folders in one piece of work. */
#include <stdlib.h>
#include <string.h>

#include "addon.h"
#include "counting.h"
#include "descriptors.h"
#include "task.h"

#define ARGUMENTS 7
/** Figures told of each folder, in this order: reason, opened, closed, renamed, length of the table, CPU seconds. */
#define FIGURES 6

typedef struct {
  task task;
  listing listing;
  missed_socket *missed;
  char *hidden;
  listed_folder *folders;
  size_t length;
  /** The tables of all folders: kept, because the work reads and writes their memory. */
  napi_ref tables;
} list_task;

static int compare_inodes(const void *one, const void *other) {
  double a = ((const missed_socket *)one)->inode, b = ((const missed_socket *)other)->inode;
  return (a > b) - (a < b);
}

static void execute_listing(task *task) {
  list_task *work = (list_task *)task;
  if (work->listing.missed_length > 0)
    qsort(work->missed, work->listing.missed_length, sizeof *work->missed, compare_inodes);
  work->listing.missed = work->missed;
  work->listing.hidden = work->hidden;
  bool begun = begin_listing(&work->listing);
  for (size_t at = 0; at < work->length; at++) {
    if (begun) list_folder(&work->listing, &work->folders[at]);
    else work->folders[at].reason = OVERFLOW;
  }
}

static void release_listing(napi_env env, task *task) {
  list_task *work = (list_task *)task;
  for (size_t at = 0; at < work->length; at++) {
    free((char *)work->folders[at].folder);
    // Its arrays are in one block that begins with this one.
    free(work->folders[at].fresh.identities);
  }
  end_listing(&work->listing);
  free(work->folders);
  free(work->missed);
  free(work->hidden);
  if (work->tables != NULL) napi_delete_reference(env, work->tables);
  free(work);
}

static bool set(napi_env env, napi_value object, const char *name, napi_value value) {
  return value != NULL && napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool set_vector(napi_env env, napi_value object, const char *name, const vector *vector, napi_typedarray_type type,
                       size_t size) {
  return set(env, object, name, copied_array(env, type, vector->memory, vector->length, size));
}

static bool set_view(napi_env env, napi_value table, const char *name, napi_typedarray_type type, size_t length,
                     napi_value buffer, size_t offset) {
  napi_value array;
  return napi_create_typedarray(env, type, length, buffer, offset, &array) == napi_ok && set(env, table, name, array);
}

/** Hands arrays that the old ones were too small or too large for to the table. */
static bool hand_over(napi_env env, napi_value table, const descriptor_table *fresh) {
  size_t capacity = fresh->capacity, column = capacity * sizeof(double);
  napi_value buffer = copied_buffer(env, fresh->identities, 3 * column + capacity * sizeof(int32_t));
  return buffer != NULL && set_view(env, table, "identities", napi_float64_array, capacity, buffer, 0) &&
         set_view(env, table, "seenAt", napi_float64_array, capacity, buffer, column) &&
         set_view(env, table, "lookedAt", napi_float64_array, capacity, buffer, 2 * column) &&
         set_view(env, table, "numbers", napi_int32_array, capacity, buffer, 3 * column);
}

static bool finish_tables(napi_env env, list_task *work, double *figures) {
  napi_value tables;
  if (napi_get_reference_value(env, work->tables, &tables) != napi_ok) return false;
  for (size_t at = 0; at < work->length; at++) {
    const listed_folder *folder = &work->folders[at];
    bool fresh = folder->fresh.identities != NULL;
    double *told = figures + at * FIGURES;
    told[0] = folder->reason;
    told[1] = (double)folder->opened;
    told[2] = (double)folder->closed;
    told[3] = (double)folder->renamed;
    told[4] = (double)(fresh ? folder->fresh.length : folder->table.length);
    told[5] = folder->seconds;
    napi_value table;
    if (fresh && (napi_get_element(env, tables, (uint32_t)at, &table) != napi_ok ||
                  !hand_over(env, table, &folder->fresh)))
      return false;
  }
  return true;
}

static napi_value listing_result(napi_env env, task *task) {
  list_task *work = (list_task *)task;
  const listing *listing = &work->listing;
  napi_value result, buffer, figures;
  void *memory;
  if (napi_create_object(env, &result) != napi_ok) return NULL;
  size_t length = work->length * FIGURES;
  if (napi_create_arraybuffer(env, length * sizeof(double), &memory, &buffer) != napi_ok) return NULL;
  if (napi_create_typedarray(env, napi_float64_array, length, buffer, 0, &figures) != napi_ok) return NULL;
  bool told = finish_tables(env, work, memory) && set(env, result, "figures", figures) &&
              set_vector(env, result, "opened", &listing->opened, napi_int32_array, sizeof(int32_t)) &&
              set_vector(env, result, "openedTexts", &listing->opened_texts, napi_int32_array, sizeof(int32_t)) &&
              set_vector(env, result, "closed", &listing->closed, napi_int32_array, sizeof(int32_t)) &&
              set_vector(env, result, "renamed", &listing->renamed, napi_int32_array, sizeof(int32_t)) &&
              set_vector(env, result, "renamedTexts", &listing->renamed_texts, napi_int32_array, sizeof(int32_t)) &&
              set_vector(env, result, "texts", &listing->texts, napi_uint8_array, 1) &&
              set_vector(env, result, "textEnds", &listing->text_ends, napi_uint32_array, sizeof(uint32_t));
  return told ? result : NULL;
}

static void *column_of(napi_env env, napi_value table, const char *name, napi_typedarray_type wanted, size_t *length) {
  napi_value array;
  napi_typedarray_type type;
  void *elements;
  if (napi_get_named_property(env, table, name, &array) != napi_ok) return NULL;
  if (napi_get_typedarray_info(env, array, &type, length, &elements, NULL, NULL) != napi_ok || type != wanted) return NULL;
  // An empty array may have no memory at all.
  return *length == 0 ? "" : elements;
}

static bool take_table(napi_env env, napi_value table, descriptor_table *into) {
  napi_value length;
  uint32_t rows;
  size_t columns[4];
  into->numbers = column_of(env, table, "numbers", napi_int32_array, &columns[0]);
  into->identities = column_of(env, table, "identities", napi_float64_array, &columns[1]);
  into->seen_at = column_of(env, table, "seenAt", napi_float64_array, &columns[2]);
  into->looked_at = column_of(env, table, "lookedAt", napi_float64_array, &columns[3]);
  if (into->numbers == NULL || into->identities == NULL || into->seen_at == NULL || into->looked_at == NULL) return false;
  if (napi_get_named_property(env, table, "length", &length) != napi_ok ||
      napi_get_value_uint32(env, length, &rows) != napi_ok)
    return false;
  for (int at = 0; at < 4; at++)
    if (columns[at] != columns[0] || rows > columns[at]) return false;
  into->length = rows;
  into->capacity = columns[0];
  return true;
}

static bool take_folders(napi_env env, list_task *work, napi_value folders, napi_value tables, int64_t own) {
  uint32_t length;
  if (napi_get_array_length(env, folders, &length) != napi_ok) return false;
  work->folders = calloc(length + 1, sizeof *work->folders);
  if (work->folders == NULL) return false;
  for (uint32_t at = 0; at < length; at++) {
    napi_value folder, table;
    if (napi_get_element(env, folders, at, &folder) != napi_ok || napi_get_element(env, tables, at, &table) != napi_ok)
      return false;
    listed_folder *into = &work->folders[at];
    into->folder = copied_string(env, folder);
    work->length = at + 1;
    into->own = at == own;
    if (into->folder == NULL || !take_table(env, table, &into->table)) return false;
  }
  return napi_create_reference(env, tables, 1, &work->tables) == napi_ok;
}

static bool take_missed(napi_env env, list_task *work, napi_value pairs) {
  napi_typedarray_type type;
  size_t length;
  void *elements;
  if (napi_get_typedarray_info(env, pairs, &type, &length, &elements, NULL, NULL) != napi_ok) return false;
  if (type != napi_float64_array || length % 2 != 0) return false;
  work->listing.missed_length = length / 2;
  if (length == 0) return true;
  work->missed = malloc(length * sizeof(double));
  if (work->missed == NULL) return false;
  memcpy(work->missed, elements, length * sizeof(double));
  return true;
}

/** listFolders(folders, tables, own, hidden, now, missed, seed): addon.ts of kernel/procfs says what they are. */
static napi_value list_folders(napi_env env, napi_callback_info info) {
  size_t count = ARGUMENTS;
  napi_value given[ARGUMENTS];
  int64_t own;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok) return NULL;
  list_task *work = calloc(1, sizeof *work);
  if (work == NULL) return NULL;
  work->task = (task){.execute = execute_listing, .result = listing_result, .release = release_listing};
  work->hidden = copied_string(env, given[3]);
  if (work->hidden == NULL || napi_get_value_int64(env, given[2], &own) != napi_ok ||
      !take_folders(env, work, given[0], given[1], own) ||
      napi_get_value_double(env, given[4], &work->listing.now) != napi_ok || !take_missed(env, work, given[5]) ||
      napi_get_value_uint32(env, given[6], &work->listing.seed) != napi_ok) {
    release_listing(env, &work->task);
    napi_throw_type_error(env, NULL, "listFolders was called with something else than it takes");
    return NULL;
  }
  return start_task(env, &work->task, "descry.listFolders");
}

napi_status register_listing(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
      {"listFolders", NULL, list_folders, NULL, NULL, NULL, napi_enumerable, NULL},
      {"countFolders", NULL, count_folders, NULL, NULL, NULL, napi_enumerable, NULL},
      {"countHeld", NULL, count_held, NULL, NULL, NULL, napi_enumerable, NULL},
      {"sharesTable", NULL, shares_table, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
}
