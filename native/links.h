#ifndef DESCRY_LINKS_H
#define DESCRY_LINKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Pipes have their inode above this line: inodes of sockets and pipes have at most 32 bits. 2^33, as in link.ts. */
#define PIPES 8589934592.0

/** A link of /proc/PID/fd as one number, exactly as identityOf() of link.ts gives it for the same seed. */
double identity_of(const char *raw, size_t length, uint32_t seed);
/** Whether a link with this text is the file that had `identity`, removed under its descriptor since. */
bool is_deletion_of(const char *raw, size_t length, double identity, uint32_t seed);
/** The inode when the identity is a socket's, else -1. */
double socket_inode(double identity);

#endif
