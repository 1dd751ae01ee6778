#include "held.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** As much of a line as is looked at; the rest may be as long as a path. */
#define HEAD 64

/** Lines as they come: counted as HeldCount of fdinfo/held.ts does. */
typedef struct {
  int thing;
  double count;
  /** FIXED_FILES: slots of the table, and lines that told of a slot; the lines of slots are being read. */
  double slots, slot_lines;
  bool in_slots;
  char head[HEAD + 1];
  size_t length;
} held;

/** The digits after `word` and blanks at the start of the line; -1 when there are none. */
static double figure_after(const char *line, const char *word) {
  size_t length = strlen(word);
  if (strncmp(line, word, length) != 0) return -1;
  const char *digits = line + length + strspn(line + length, " \t");
  size_t some = strspn(digits, "0123456789");
  return some == 0 || some > 10 ? -1 : strtod(digits, NULL);
}

/** "    3: /path" of a slot that is used, "    4: <none>" of one that is not; nothing for a slot that is not told. */
static void take_slot(held *held) {
  const char *at = held->head + strspn(held->head, " ");
  size_t digits = strspn(at, "0123456789");
  held->in_slots = digits > 0 && at[digits] == ':';
  if (!held->in_slots) return;
  held->slot_lines++;
  if (strncmp(at + digits, ": <none>", 8) != 0) held->count++;
}

static void take_line(held *held) {
  held->head[held->length] = 0;
  held->length = 0;
  double figure;
  switch (held->thing) {
    case INOTIFY_WATCHES:
      if (strncmp(held->head, "inotify wd:", 11) == 0) held->count++;
      return;
    case PASSED_DESCRIPTORS:
      figure = figure_after(held->head, "scm_fds:");
      if (figure >= 0) held->count = figure;
      return;
    default:
      if (held->in_slots) take_slot(held);
      figure = figure_after(held->head, "UserFiles:");
      if (figure < 0) return;
      held->slots = figure;
      held->count = 0;
      held->in_slots = true;
  }
}

static void take_bytes(held *held, const char *bytes, size_t length) {
  for (const char *end = bytes + length; bytes < end;) {
    const char *line_end = memchr(bytes, '\n', (size_t)(end - bytes));
    size_t part = (size_t)((line_end == NULL ? end : line_end) - bytes);
    size_t kept = part < HEAD - held->length ? part : HEAD - held->length;
    memcpy(held->head + held->length, bytes, kept);
    held->length += kept;
    bytes += part + 1;
    if (line_end != NULL) take_line(held);
  }
}

double read_held(const char *path, int thing) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  held held = {.thing = thing, .count = thing == INOTIFY_WATCHES ? 0 : -1};
  char buffer[16 * 1024];
  ssize_t bytes;
  while ((bytes = read(descriptor, buffer, sizeof buffer)) > 0) take_bytes(&held, buffer, (size_t)bytes);
  close(descriptor);
  if (bytes < 0) return -1;
  if (held.length > 0) take_line(&held);
  // A table whose lock was taken says how many slots it has, and nothing of them.
  if (thing == FIXED_FILES && held.slots > 0 && held.slot_lines == 0) return -1;
  return held.count;
}
