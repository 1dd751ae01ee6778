#ifndef DESCRY_SOCKROW_H
#define DESCRY_SOCKROW_H
#include <stddef.h>
#include <stdint.h>

/*
 * What JavaScript reads (src/kernel/sockdiag/packed.ts has the same offsets), in this machine's byte order:
 *
 *   struct dump_head | struct socket_row ... -> | free | <- ... bytes of unix names
 */

/** A row of any table. An unknown uid, queue, length, expiry or number of exchanges is 0xffffffff; unknown times and counts are NaN. */
struct socket_row {
  uint32_t inode;
  uint32_t uid;
  uint32_t receive_queue;
  /** 64 bits of all that a socket fact says of the row. */
  uint32_t print_low;
  uint32_t print_high;
  uint16_t local_port;
  uint16_t remote_port;
  /** As the kernel numbers them: include/net/tcp_states.h. */
  uint8_t state;
  /** Bytes of each address: 4, 16, or 0 where there is none. */
  uint8_t address_bytes;
  /** IPPROTO_TCP, IPPROTO_UDP; of closings only. */
  uint8_t protocol;
  /** Data was sent after the last was received: an answer is awaited. */
  uint8_t awaits;
  union {
    /** The smaller of the segments with data in and out: so often was asked and answered. */
    uint32_t exchanges;
    /** TIME_WAIT: milliseconds until the kernel forgets it. */
    uint32_t expires;
  };
  /** Seconds since boot at which data last went either way, or at which it was connected. */
  double used_at;
  /** Segments with data, both ways. */
  double segments;
  /** The low 53 bits of the kernel's cookie, exact in a double. */
  double cookie;
  union {
    struct {
      uint8_t local[16];
      uint8_t remote[16];
    };
    /** unix: where its name and that of its peer start in the buffer, and their lengths. */
    struct {
      uint32_t name_at;
      uint32_t name_bytes;
      uint32_t peer;
      uint32_t unused_name;
      uint32_t peer_name_at;
      uint32_t peer_name_bytes;
    };
    /** netlink: family and port; packet: protocol and interface. */
    uint32_t pair[2];
  };
};
_Static_assert(sizeof(struct socket_row) == 88, "packed.ts counts on it");
_Static_assert(offsetof(struct socket_row, local) == 56, "packed.ts counts on it");

/** The tables of a dump, in the order of DIAG_TABLES in src/kernel/sockdiag/packed.ts. */
enum { TABLE_TCP, TABLE_UDP4, TABLE_UDP6, TABLE_UDPLITE4, TABLE_UDPLITE6, TABLE_RAW4, TABLE_RAW6, TABLE_UNIX,
       TABLE_NETLINK, TABLE_PACKET, TABLES };

struct dump_head {
  /** Seconds of processor time that the dump took. */
  double cost;
  /** Bytes that would have held everything; more than the buffer has: nothing in it may be used. */
  double needed;
  struct {
    /** 0, or the errno for which this table could not be read; EINTR: it changed under each of three readings. */
    uint32_t error;
    uint32_t first;
    uint32_t count;
  } table[TABLES];
};

/** Where rows begin. */
#define ROWS_AT ((sizeof(struct dump_head) + 7) & ~(size_t)7)

/** Sends the requests for the tables in `mask` (bit by table) and packs the answers. Blocks; not for the main thread. */
void dump_tables(int descriptor, uint32_t mask, uint8_t *bytes, size_t size);

/** Reads announcements of closed sockets into rows from `bytes` on, without waiting: how many, or -errno. */
int drain_closings(int descriptor, uint8_t *bytes, size_t size);

#endif
