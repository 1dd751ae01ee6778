#include "links.h"

#include <string.h>

static const char DELETED[] = " (deleted)";
static const char SOCKET[] = "socket:[";
static const char PIPE[] = "pipe:[";

/** The digits between `prefix` and a last "]"; -1 when the text has another shape. */
static double inode_after(const char *raw, size_t length, const char *prefix, size_t prefix_length) {
  if (length < prefix_length + 2 || length > prefix_length + 11) return -1;
  if (raw[length - 1] != ']' || memcmp(raw, prefix, prefix_length) != 0) return -1;
  uint64_t inode = 0;
  for (size_t at = prefix_length; at < length - 1; at++) {
    if (raw[at] < '0' || raw[at] > '9') return -1;
    inode = inode * 10 + (uint64_t)(raw[at] - '0');
  }
  return (double)inode;
}

/** -1 - (a 52-bit hash): two multiplicative hashes with different steps, mixed at the end. */
static double hash_of(const char *raw, size_t length, uint32_t seed) {
  uint32_t low = seed, high = ~seed;
  for (size_t at = 0; at < length; at++) {
    uint32_t byte = (unsigned char)raw[at];
    low = (low ^ byte) * 0x85ebca6bu;
    high = (high ^ byte) * 0xc2b2ae35u;
    low ^= high >> 15;
    high ^= low >> 13;
  }
  low = (low ^ (low >> 16)) * 0x27d4eb2fu;
  high = (high ^ (high >> 16)) * 0x165667b1u;
  return -1.0 - ((double)(high >> 12) * 4294967296.0 + (double)low);
}

double identity_of(const char *raw, size_t length, uint32_t seed) {
  double inode = inode_after(raw, length, SOCKET, sizeof SOCKET - 1);
  if (inode >= 0) return inode;
  inode = inode_after(raw, length, PIPE, sizeof PIPE - 1);
  if (inode >= 0) return PIPES + inode;
  return hash_of(raw, length, seed);
}

bool is_deletion_of(const char *raw, size_t length, double identity, uint32_t seed) {
  size_t deleted = sizeof DELETED - 1;
  return length >= deleted && memcmp(raw + length - deleted, DELETED, deleted) == 0 &&
         hash_of(raw, length - deleted, seed) == identity;
}

double socket_inode(double identity) {
  return identity >= 0 && identity < PIPES ? identity : -1;
}
