#define _GNU_SOURCE
#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "links.h"
#include "task.h"

/** A link is looked at again when a sixteenth of its age has passed, and after this many seconds at most: descriptors.ts. */
#define LOOKED_AT_SECONDS 30.0
#define AGE_SHARE 16.0
/** Slots for texts that came lately; a power of two. */
#define LATELY 1024
#define ENTRY_BYTES (sizeof(int32_t) + 3 * sizeof(double))
#define GONE (-1)
#define REFUSED (-2)

static const char UNREADABLE[] = "unreadable:[path]";
/** Stands before the path of a named pipe, whose link looks like that of any file. */
static const char FIFO[] = "fifo:";

struct linux_dirent64 {
  uint64_t d_ino;
  int64_t d_off;
  unsigned short d_reclen;
  unsigned char d_type;
  char d_name[];
};

enum reason reason_of(int error) {
  switch (error) {
    case ENOENT:
    case ESRCH:
    case ENOTDIR:
      return EXITED;
    case EACCES:
    case EPERM:
      return DENIED;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return OVERFLOW;
    default:
      return UNSUPPORTED;
  }
}

static bool grow(vector *vector, size_t more, size_t size) {
  size_t needed = vector->length + more;
  if (needed <= vector->capacity) return true;
  size_t capacity = needed + needed / 2 + 64;
  void *memory = realloc(vector->memory, capacity * size);
  if (memory == NULL) return false;
  vector->memory = memory;
  vector->capacity = capacity;
  return true;
}

static bool push_number(vector *vector, int32_t number) {
  if (!grow(vector, 1, sizeof number)) return false;
  ((int32_t *)vector->memory)[vector->length++] = number;
  return true;
}


bool begin_listing(listing *listing) {
  listing->lately = calloc(LATELY, sizeof *listing->lately);
  return listing->lately != NULL;
}

void end_listing(listing *listing) {
  vector *vectors[] = {&listing->opened,        &listing->closed, &listing->renamed,   &listing->opened_texts,
                       &listing->renamed_texts, &listing->texts,  &listing->text_ends, &listing->numbers,
                       &listing->next};
  for (size_t at = 0; at < sizeof vectors / sizeof *vectors; at++) free(vectors[at]->memory);
  free(listing->lately);
}

/** Up to nine digits, as in parseNumbers() of descriptors.ts; -1 for any other name. */
static int32_t parse_number(const char *name) {
  int32_t number = 0;
  for (int at = 0; name[at] != 0; at++) {
    if (at == 9 || name[at] < '0' || name[at] > '9') return -1;
    number = number * 10 + (name[at] - '0');
  }
  return name[0] == 0 ? -1 : number;
}

static int compare_numbers(const void *one, const void *other) {
  int32_t a = *(const int32_t *)one, b = *(const int32_t *)other;
  return (a > b) - (a < b);
}

/** Every number in the folder, ascending; proc gives them so. */
static enum reason read_numbers(int folder, vector *numbers) {
  _Alignas(struct linux_dirent64) char buffer[32 * 1024];
  bool ascending = true;
  numbers->length = 0;
  for (;;) {
    long bytes = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (bytes < 0) return reason_of(errno);
    if (bytes == 0) break;
    for (long at = 0; at < bytes;) {
      const struct linux_dirent64 *entry = (const struct linux_dirent64 *)(buffer + at);
      at += entry->d_reclen;
      int32_t number = parse_number(entry->d_name);
      if (number < 0) continue;
      if (numbers->length > 0 && ((int32_t *)numbers->memory)[numbers->length - 1] > number) ascending = false;
      if (!push_number(numbers, number)) return OVERFLOW;
    }
  }
  if (!ascending) qsort(numbers->memory, numbers->length, sizeof(int32_t), compare_numbers);
  return LISTED;
}

/** Seconds of uptime at which a socket was missed in its table; -INFINITY when it was not. */
static double missed_at(const listing *listing, double inode) {
  size_t from = 0, to = listing->missed_length;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (listing->missed[middle].inode < inode) from = middle + 1;
    else to = middle;
  }
  bool found = from < listing->missed_length && listing->missed[from].inode == inode;
  return found ? listing->missed[from].at : -INFINITY;
}

static bool look_is_due(const listing *listing, const descriptor_table *table, size_t at) {
  double looked_at = table->looked_at[at];
  double share = (listing->now - table->seen_at[at]) / AGE_SHARE;
  if (listing->now - looked_at >= (share < LOOKED_AT_SECONDS ? share : LOOKED_AT_SECONDS)) return true;
  if (listing->missed_length == 0) return false;
  double inode = socket_inode(table->identities[at]);
  return inode >= 0 && missed_at(listing, inode) >= looked_at;
}

/** One merge under way. */
typedef struct {
  listing *listing;
  const listed_folder *folder;
  int descriptor;
  descriptor_table next;
  enum reason reason;
  char link[sizeof FIFO + PATH_MAX];
} merge;

static bool starts_with(const char *text, size_t length, const char *prefix, size_t prefix_length) {
  return length >= prefix_length && memcmp(text, prefix, prefix_length) == 0;
}

/** Only a path can be a named pipe, and one of a device or of memory is not. */
static bool may_be_fifo(const char *link, size_t length) {
  return starts_with(link, length, "/", 1) && !starts_with(link, length, "/dev/", 5) &&
         !starts_with(link, length, "/memfd:", 7);
}

/**
 * Whether the open file behind a link is a named pipe. The link of /proc leads to the open file itself, so no path is
 * walked, and what the kernel has at hand is enough: a file server that is dead is not asked.
 */
static bool is_fifo(int folder, const char *number) {
  struct statx file;
  int flags = AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  return statx(folder, number, flags, STATX_TYPE, &file) == 0 && S_ISFIFO(file.stx_mode);
}

/** Length of the link in merge->link, GONE, or REFUSED with the reason set. Never follows the link. */
static ssize_t look(merge *merge, int32_t number) {
  char name[12];
  int at = sizeof name - 1;
  name[at] = 0;
  do {
    name[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  ssize_t length = readlinkat(merge->descriptor, name + at, merge->link, PATH_MAX);
  if (length < 0 && errno == ENAMETOOLONG) {
    length = sizeof UNREADABLE - 1;
    memcpy(merge->link, UNREADABLE, (size_t)length);
  }
  if (length < 0) {
    enum reason reason = reason_of(errno);
    if (reason == EXITED) return GONE;
    merge->reason = reason;
    return REFUSED;
  }
  const char *hidden = merge->listing->hidden;
  size_t prefix = strlen(hidden);
  if (merge->folder->own && (size_t)length >= prefix && memcmp(merge->link, hidden, prefix) == 0) return GONE;
  if (!may_be_fifo(merge->link, (size_t)length) || !is_fifo(merge->descriptor, name + at)) return length;
  memmove(merge->link + sizeof FIFO - 1, merge->link, (size_t)length);
  memcpy(merge->link, FIFO, sizeof FIFO - 1);
  return length + (ssize_t)sizeof FIFO - 1;
}

/** Index of the text, put among the texts unless it came lately; -1 when there is no memory. */
static int32_t text_of(merge *merge, double identity, size_t length) {
  listing *listing = merge->listing;
  uint32_t *ends = listing->text_ends.memory;
  struct lately *slot = &listing->lately[(uint64_t)fabs(identity) & (LATELY - 1)];
  if (slot->identity == identity && slot->index < listing->text_ends.length) {
    uint32_t from = slot->index == 0 ? 0 : ends[slot->index - 1];
    if (ends[slot->index] - from == length &&
        memcmp((char *)listing->texts.memory + from, merge->link, length) == 0)
      return (int32_t)slot->index;
  }
  if (listing->texts.length + length > UINT32_MAX) return -1;
  if (!grow(&listing->texts, length, 1) || !grow(&listing->text_ends, 1, sizeof(uint32_t))) return -1;
  memcpy((char *)listing->texts.memory + listing->texts.length, merge->link, length);
  listing->texts.length += length;
  ends = listing->text_ends.memory;
  slot->identity = identity;
  slot->index = (uint32_t)listing->text_ends.length;
  ends[listing->text_ends.length++] = (uint32_t)listing->texts.length;
  return (int32_t)slot->index;
}

static bool tell(merge *merge, vector *numbers, vector *texts, int32_t number, double identity, size_t length) {
  int32_t text = text_of(merge, identity, length);
  bool said = text >= 0 && push_number(numbers, number) && push_number(texts, text);
  if (!said) merge->reason = OVERFLOW;
  return said;
}

static void append(descriptor_table *next, int32_t number, double identity, double seen_at, double looked_at) {
  size_t at = next->length++;
  next->numbers[at] = number;
  next->identities[at] = identity;
  next->seen_at[at] = seen_at;
  next->looked_at[at] = looked_at;
}

/** A number that was not open before, or has been given out again. `length` is that of its link. */
static bool open_number(merge *merge, int32_t number, ssize_t length) {
  if (length == GONE) return true;
  if (length == REFUSED) return false;
  listing *listing = merge->listing;
  double identity = identity_of(merge->link, (size_t)length, listing->seed);
  if (!tell(merge, &listing->opened, &listing->opened_texts, number, identity, (size_t)length)) return false;
  append(&merge->next, number, identity, listing->now, listing->now);
  return true;
}

static bool close_number(merge *merge, int32_t number) {
  if (push_number(&merge->listing->closed, number)) return true;
  merge->reason = OVERFLOW;
  return false;
}

static bool carry_over(merge *merge, size_t old) {
  const descriptor_table *table = &merge->folder->table;
  listing *listing = merge->listing;
  int32_t number = table->numbers[old];
  double identity = table->identities[old], seen_at = table->seen_at[old];
  if (!look_is_due(listing, table, old)) {
    append(&merge->next, number, identity, seen_at, table->looked_at[old]);
    return true;
  }
  ssize_t length = look(merge, number);
  if (length == REFUSED) return false;
  if (length >= 0) {
    double now = identity_of(merge->link, (size_t)length, listing->seed);
    bool deletion = now != identity && is_deletion_of(merge->link, (size_t)length, identity, listing->seed);
    if (deletion && !tell(merge, &listing->renamed, &listing->renamed_texts, number, now, (size_t)length))
      return false;
    if (deletion || now == identity) {
      append(&merge->next, number, now, seen_at, listing->now);
      return true;
    }
  }
  return close_number(merge, number) && open_number(merge, number, length);
}

static bool merge_numbers(merge *merge, const int32_t *numbers, size_t length) {
  const descriptor_table *table = &merge->folder->table;
  size_t old = 0;
  for (size_t at = 0; at < length; at++) {
    int32_t number = numbers[at];
    while (old < table->length && table->numbers[old] < number)
      if (!close_number(merge, table->numbers[old++])) return false;
    bool known = old < table->length && table->numbers[old] == number;
    if (known ? !carry_over(merge, old++) : !open_number(merge, number, look(merge, number))) return false;
  }
  while (old < table->length)
    if (!close_number(merge, table->numbers[old++])) return false;
  return true;
}

/** Arrays for so many descriptors in one block, doubles first. */
static descriptor_table table_in(void *memory, size_t capacity) {
  double *doubles = memory;
  return (descriptor_table){.identities = doubles,
                            .seen_at = doubles + capacity,
                            .looked_at = doubles + 2 * capacity,
                            .numbers = (int32_t *)(doubles + 3 * capacity),
                            .capacity = capacity};
}

static void copy_table(descriptor_table *to, const descriptor_table *from) {
  to->length = from->length;
  memcpy(to->numbers, from->numbers, from->length * sizeof *from->numbers);
  memcpy(to->identities, from->identities, from->length * sizeof *from->identities);
  memcpy(to->seen_at, from->seen_at, from->length * sizeof *from->seen_at);
  memcpy(to->looked_at, from->looked_at, from->length * sizeof *from->looked_at);
}

/** Into the arrays there are while they fit and are not four times too large, else into fresh ones: keep() of descriptors.ts. */
static enum reason keep(listed_folder *folder, const descriptor_table *next) {
  if (folder->table.capacity >= next->length && folder->table.capacity <= 4 * next->length + 64) {
    copy_table(&folder->table, next);
    return LISTED;
  }
  size_t capacity = next->length + next->length / 8 + 4;
  void *memory = malloc(capacity * ENTRY_BYTES);
  if (memory == NULL) return OVERFLOW;
  folder->fresh = table_in(memory, capacity);
  copy_table(&folder->fresh, next);
  return LISTED;
}

static enum reason list_open_folder(merge *merge, listed_folder *folder) {
  listing *listing = merge->listing;
  vector *numbers = &listing->numbers;
  enum reason reason = read_numbers(merge->descriptor, numbers);
  if (reason != LISTED) return reason;
  if (!grow(&listing->next, numbers->length, ENTRY_BYTES)) return OVERFLOW;
  merge->next = table_in(listing->next.memory, listing->next.capacity);
  if (!merge_numbers(merge, numbers->memory, numbers->length)) return merge->reason;
  return keep(folder, &merge->next);
}

void list_folder(listing *listing, listed_folder *folder) {
  double from = thread_seconds();
  size_t opened = listing->opened.length, closed = listing->closed.length, renamed = listing->renamed.length;
  merge merge = {.listing = listing, .folder = folder};
  merge.descriptor = open(folder->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (merge.descriptor < 0) {
    folder->reason = reason_of(errno);
  } else {
    folder->reason = list_open_folder(&merge, folder);
    close(merge.descriptor);
  }
  if (folder->reason != LISTED) {
    listing->opened.length = listing->opened_texts.length = opened;
    listing->closed.length = closed;
    listing->renamed.length = listing->renamed_texts.length = renamed;
  }
  folder->opened = listing->opened.length - opened;
  folder->closed = listing->closed.length - closed;
  folder->renamed = listing->renamed.length - renamed;
  folder->seconds = thread_seconds() - from;
}
