/*
 * Included before every file when the addon is built to be carried to other hosts: it then asks for nothing newer than
 * glibc 2.28, which Node itself asks for. What is newer here are names for what was there before: pthread_create and
 * pthread_join moved into libc with 2.34, and fstat and fstatat became functions with 2.33.
 */
#ifndef DESCRY_GLIBC_2_28_H
#define DESCRY_GLIBC_2_28_H
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define FIRST_GLIBC "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_GLIBC "GLIBC_2.17"
#endif
__asm__(".symver pthread_create,pthread_create@" FIRST_GLIBC);
__asm__(".symver pthread_join,pthread_join@" FIRST_GLIBC);

/* On both processors the kernel's struct stat is that of glibc. */
#define fstat(descriptor, found) ((int)syscall(SYS_fstat, (descriptor), (found)))
#define fstatat(folder, path, found, flags) ((int)syscall(SYS_newfstatat, (folder), (path), (found), (flags)))

#endif
