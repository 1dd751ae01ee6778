# Sourced. Leaves in $flags, and in the environment, what descry runs with; compiled code is only good for the flags that it was compiled with.
#
# Memory before speed: with a young generation of 1 MB and a heap that grows late, a burst of objects on Node 24 left
# 78 MB resident instead of 123, and parsing took 5 to 15% longer. Above all this keeps what is watched undisturbed.
# By itself --optimize-for-size lets the heap grow by a tenth only: a whole collection each second on a busy host, half of
# all that descry used there. By half as much again: a third less CPU, the same memory.
#
# Node 24 may hang for ever when it ends while V8 compiles beside it: that thread waits for a collection that the main
# one, which waits for the thread, no longer makes (github.com/nodejs/node/issues/54918). What is compiled that way at
# the start of a program, when short commands end, is Sparkplug's code; the main thread makes it in a few milliseconds.

flags='--v8-pool-size=1 --max-semi-space-size=1 --optimize-for-size --heap-growing-percent=50 --no-concurrent-sparkplug --disable-warning=ExperimentalWarning'

# Tables grow by doubling. What they grew out of goes back to the system instead of staying in the heap of malloc:
# 15 MB less at 200,000 descriptors. main.ts takes these out of the environment again.
MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=65536
export MALLOC_ARENA_MAX MALLOC_MMAP_THRESHOLD_
