/* The buffer of rows that a dump fills from both ends: rows from its beginning on, unix names from its end. */
#include "sockrows.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct socket_row *row_at(const struct rows *rows, size_t index) {
  return (struct socket_row *)(rows->bytes + ROWS_AT) + index;
}

size_t needed_bytes(const struct rows *rows) {
  return ROWS_AT + rows->count * sizeof(struct socket_row) + rows->name_bytes;
}

void blank_row(struct socket_row *row) {
  memset(row, 0, sizeof *row);
  row->uid = row->receive_queue = row->exchanges = UNKNOWN;
  row->used_at = row->segments = NAN;
}

struct socket_row *add_row(struct rows *rows) {
  size_t index = rows->count++;
  if (needed_bytes(rows) > rows->size) return NULL;
  struct socket_row *row = row_at(rows, index);
  blank_row(row);
  return row;
}

uint32_t add_name(struct rows *rows, const uint8_t *name, size_t length) {
  rows->name_bytes += length;
  if (needed_bytes(rows) > rows->size) return 0;
  size_t at = rows->size - rows->name_bytes;
  memcpy(rows->bytes + at, name, length);
  return (uint32_t)at;
}

static void mix(uint64_t *print, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  uint64_t hash = *print;
  for (; length > 0;) {
    uint64_t word = 0;
    size_t part = length < 8 ? length : 8;
    memcpy(&word, at, part);
    hash = (hash ^ word ^ (uint64_t)length << 56) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
    at += part;
    length -= part;
  }
  *print = hash;
}

void take_print(const struct rows *rows, struct socket_row *row, int named) {
  struct { uint16_t local, remote; uint8_t state, address_bytes, waits, named; } head = {
    row->local_port, row->remote_port, row->state, row->address_bytes,
    row->receive_queue != 0 && row->receive_queue != UNKNOWN, (uint8_t)named };
  uint64_t print = 0x2f0b4c479747b28cu;
  mix(&print, &head, sizeof head);
  if (named) {
    uint32_t lengths[2] = { row->name_bytes, row->peer_name_bytes };
    mix(&print, lengths, sizeof lengths);
    mix(&print, rows->bytes + row->name_at, row->name_bytes);
    mix(&print, rows->bytes + row->peer_name_at, row->peer_name_bytes);
  } else {
    mix(&print, row->local, 32);
  }
  print ^= print >> 32;
  print *= 0xd6e8feb86659fd93u;
  row->print_low = (uint32_t)print;
  row->print_high = (uint32_t)(print >> 32);
}

void name_peers(struct rows *rows, size_t first) {
  if (needed_bytes(rows) > rows->size) return;
  size_t slots = 64;
  while (slots < 2 * (rows->count - first)) slots *= 2;
  uint32_t *by_inode = calloc(slots, sizeof *by_inode);
  for (size_t index = first; by_inode != NULL && index < rows->count; index++) {
    const struct socket_row *row = row_at(rows, index);
    if (row->inode == 0 || row->name_bytes == 0) continue;
    size_t slot = row->inode * 2654435761u & (slots - 1);
    while (by_inode[slot] != 0) slot = (slot + 1) & (slots - 1);
    by_inode[slot] = (uint32_t)index + 1;
  }
  for (size_t index = first; index < rows->count; index++) {
    struct socket_row *row = row_at(rows, index);
    if (by_inode != NULL && row->peer != 0) {
      size_t slot = row->peer * 2654435761u & (slots - 1);
      while (by_inode[slot] != 0 && row_at(rows, by_inode[slot] - 1)->inode != row->peer) slot = (slot + 1) & (slots - 1);
      if (by_inode[slot] != 0) {
        const struct socket_row *peer = row_at(rows, by_inode[slot] - 1);
        row->peer_name_at = peer->name_at;
        row->peer_name_bytes = peer->name_bytes;
      }
    }
    take_print(rows, row, 1);
  }
  free(by_inode);
}
