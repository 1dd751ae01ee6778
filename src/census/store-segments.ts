/**
 * Names that stores give to the segments they keep open until retention or a merge closes them, all counted on:
 *
 *   00000000000000368769.log  .index .timeindex   Kafka          000123.sst  000124.log    RocksDB, LevelDB
 *   _1a.cfs  _3_Lucene90_0.dvd                    Lucene         00000042  000003-01.tsm   Prometheus, InfluxDB
 *   nb-12-big-Data.db  CommitLog-7-1700000.log    Cassandra      wal-000017  segment_8.dat
 */
const SEGMENT_NAMES: readonly RegExp[] = [
  /^\d{5,20}(-\d{1,9})?(\.[a-z]{2,12})?$/,
  /^_[0-9a-z]{1,12}(_[A-Za-z0-9_]{1,40})?\.[a-z]{2,4}$/,
  /^[a-z]{2}-\d{1,12}-big-[A-Za-z]{1,20}\.(db|crc32|txt)$/,
  /^(wal|seg|segment|chunk|journal|CommitLog)[-_.]?\d[\d-]{0,40}(\.[a-z]{2,12})?$/,
];

/**
 * Whether the file with this path is likely a segment of a store. Such a store grows for as long as its retention and
 * nothing is closed meanwhile, which looks the same as a leak of files: without knowing more it is suspect at most.
 */
export function isStoreSegment(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.length <= 80 && SEGMENT_NAMES.some((pattern) => pattern.test(name));
}
