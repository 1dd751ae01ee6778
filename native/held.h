#ifndef DESCRY_HELD_H
#define DESCRY_HELD_H

/** In the order of HELD_THINGS in facts.ts. */
enum held_thing { INOTIFY_WATCHES, FIXED_FILES, PASSED_DESCRIPTORS };

/** How many of that thing the /proc/PID/fdinfo/NUMBER at `path` tells; -1 when it tells none or cannot be read. */
double read_held(const char *path, int thing);

#endif
