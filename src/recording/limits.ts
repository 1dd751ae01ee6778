/**
 * What a line of a recording may hold at most. Generous next to what Linux can say, and small enough that no file,
 * however hostile, makes the reader use more memory than one tick's worth.
 */

/** Bytes of one line, its newline not counted. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Bytes of all lines of one tick: about 400,000 sockets said at once. */
export const MAX_TICK_BYTES = 64 * 1024 * 1024;

/** Openings, closings or renamings that the writer puts in one listing; a longer one becomes several. */
export const LISTED_PER_LINE = 1000;

/** The same for the reader, with room for writers that count a little differently. */
export const MAX_LISTED_PER_LINE = 1024;

/** Characters of a link or path: PATH_MAX of linux/limits.h. */
export const MAX_PATH = 4096;

/** Characters of one argument of a command line: MAX_ARG_STRLEN of linux/binfmts.h. */
export const MAX_ARGUMENT = 131_072;

/** Arguments of a command line. Linux allows more; a service is named by its first few. */
export const MAX_ARGUMENTS = 4096;

/** Processes or services that a header may name as targets. */
export const MAX_TARGETS = 10_000;
