#ifndef DESCRY_SOCKROWS_H
#define DESCRY_SOCKROWS_H
#include "sockrow.h"

/** An unknown uid, queue or number of exchanges. */
#define UNKNOWN 0xffffffffu

/** A buffer that is being filled from both ends; what does not fit is counted only. */
struct rows {
  uint8_t *bytes;
  size_t size;
  /** Rows and name bytes so far, those that did not fit too. */
  size_t count;
  size_t name_bytes;
};

/** Makes a row one of which nothing is known. */
void blank_row(struct socket_row *row);
/** A blank row at the end; NULL when there is no room, and then it is only counted. */
struct socket_row *add_row(struct rows *rows);
/** Keeps a name at the end of the buffer and gives where; 0 when there is no room, and then it is only counted. */
uint32_t add_name(struct rows *rows, const uint8_t *name, size_t length);
/** Bytes that hold everything so far; more than the buffer has: nothing in it may be used. */
size_t needed_bytes(const struct rows *rows);
/** Over state, both addresses and whether bytes wait: what a socket fact says. `named`: the addresses are names. */
void take_print(const struct rows *rows, struct socket_row *row, int named);
/** Gives each unix row from `first` on the name of the socket at its other end, as a client's own end has none, and its print. */
void name_peers(struct rows *rows, size_t first);

#endif
