/** Bytes that have waited this many seconds are read by nobody: a reader that is busy comes sooner. */
export const UNREAD_AFTER = 10;

/** A heartbeat is at most one segment each way ... */
const SEGMENTS_A_BEAT = 2;
/** ... this often, in seconds: AMQP asks for half of its timeout of 60 s, MQTT and WebSocket clients for 10 to 60. */
const BEAT_SECONDS = 8;
/** A use is told when it moved on by this share of the socket's age (see UseFact), but not more often than this. */
const TOLD_SHARE = 8;
const TOLD_SECONDS = 5;

/**
 * Whether so few segments went over a connection of this age since that was last told that they may all have been
 * heartbeats, which say that the other end lives and not that anybody uses the connection. A short request and its
 * answer are as few: what they are is told by when they come (see Beats).
 */
export function mayBeBeats(segments: number, ageSeconds: number): boolean {
  const told = Math.max(TOLD_SECONDS, ageSeconds / TOLD_SHARE);
  return segments <= SEGMENTS_A_BEAT * Math.ceil(told / BEAT_SECONDS);
}
