#ifndef DESCRY_DESCRIPTORS_H
#define DESCRY_DESCRIPTORS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why a folder could not be listed; the numbers are those of REASONS in the TypeScript that calls this. */
enum reason { LISTED, EXITED, DENIED, OVERFLOW, UNSUPPORTED };

enum reason reason_of(int error);

/** Memory that grows: `length` elements are used, `capacity` fit. */
typedef struct {
  void *memory;
  size_t length, capacity;
} vector;

/** The descriptors of one process, by ascending number; the arrays are those of a DescriptorTable. */
typedef struct {
  int32_t *numbers;
  double *identities, *seen_at, *looked_at;
  size_t length, capacity;
} descriptor_table;

/** A socket that was missed in its table, and when, in seconds of uptime. */
typedef struct {
  double inode, at;
} missed_socket;

/** What listings of several folders share: what is put in, what comes out, and scratch memory. */
typedef struct {
  double now;
  uint32_t seed;
  /** By ascending inode. */
  const missed_socket *missed;
  size_t missed_length;
  /** Links that begin so are not told of the program's own folder: they are opened by looking. */
  const char *hidden;
  /** int32_t numbers of all that opened, closed and were renamed, folder after folder ... */
  vector opened, closed, renamed;
  /** ... and int32_t indexes of their texts. */
  vector opened_texts, renamed_texts;
  /** The bytes of all texts, each once, and uint32_t where each ends. */
  vector texts, text_ends;
  /** Where a text was put lately: slots of (identity, index). */
  struct lately {
    double identity;
    uint32_t index;
  } *lately;
  vector numbers, next;
} listing;

/** One folder, and what became of it. */
typedef struct {
  const char *folder;
  bool own;
  descriptor_table table;
  /** Set when the arrays of the table were too small or far too large: arrays in one block of malloc(3). */
  descriptor_table fresh;
  enum reason reason;
  size_t opened, closed, renamed;
  /** CPU seconds. */
  double seconds;
} listed_folder;

/** False when there is no memory. */
bool begin_listing(listing *listing);
void end_listing(listing *listing);

/**
 * Brings one table up to date with what its folder holds now, as mergeListing() of descriptors.ts does. The table is
 * as it was when the reason is not LISTED.
 */
void list_folder(listing *listing, listed_folder *folder);

#endif
