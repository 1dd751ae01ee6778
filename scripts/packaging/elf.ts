// Puts a note into an ELF executable that its program finds again in memory, elf(5). Node looks for the single
// executable's blob in the notes of its own program headers (deps/postject of Node).

const HEADER = { phoff: 32, shoff: 40, phentsize: 54, phnum: 56, shnum: 60, shstrndx: 62 } as const;
const ENTRY_BYTES = 56;
const PT = { load: 1, note: 4, phdr: 6 } as const;
const READABLE = 4;
/** The largest page of the processors that Linux runs on with 64 KiB pages. */
const PAGE = 0x10000;
const NOTE_ALIGNMENT = 4;

/** One program header. Addresses and sizes fit a double: the file is far below 2^53 bytes. */
interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
}

/**
 * The executable with a note of this name at its end, in a segment of its own. The table of program headers moves there
 * too, since it has no room to grow where it is. What no segment holds - symbols, section headers - is left away.
 */
export function withNote(executable: Buffer, name: string, content: Buffer): Buffer {
  const segments = readSegments(executable);
  const loads = segments.filter(({ type }) => type === PT.load);
  const [first] = loads;
  const last = loads.at(-1);
  if (first === undefined || last === undefined) throw new Error("an executable without a segment to load");
  // Addresses stay as far from offsets as in the first segment: kernels before 5.18 tell the program where its headers
  // are by that distance.
  const distance = first.address - first.offset;
  const end = Math.max(...loads.map(({ offset, fileSize }) => offset + fileSize));
  const ends = [end, ...loads.map(({ address, memorySize }) => address + memorySize - distance)];
  const start = aligned(Math.max(...ends), PAGE);
  const tableBytes = (segments.length + 2) * ENTRY_BYTES;
  const noteAt = start + aligned(tableBytes, NOTE_ALIGNMENT);
  const note = noteOf(name, content);
  const readable = (type: number, offset: number, size: number, alignment: number): Segment => ({
    ...{
      type,
      flags: READABLE,
      offset,
      address: offset + distance,
      fileSize: size,
      memorySize: size,
      alignment,
    },
  });
  const table = segments.flatMap((segment) => {
    if (segment.type === PT.phdr) return [{ ...readable(PT.phdr, start, tableBytes, segment.alignment) }];
    // Segments to load stand in the order of their addresses.
    return segment === last
      ? [segment, readable(PT.load, start, noteAt + note.length - start, PAGE)]
      : [segment];
  });
  table.push(readable(PT.note, noteAt, note.length, NOTE_ALIGNMENT));

  const result = Buffer.alloc(noteAt + note.length);
  executable.copy(result, 0, 0, end);
  result.writeBigUInt64LE(BigInt(start), HEADER.phoff);
  result.writeUInt16LE(table.length, HEADER.phnum);
  result.writeBigUInt64LE(0n, HEADER.shoff);
  result.writeUInt16LE(0, HEADER.shnum);
  result.writeUInt16LE(0, HEADER.shstrndx);
  for (const [at, segment] of table.entries()) writeSegment(result, start + at * ENTRY_BYTES, segment);
  note.copy(result, noteAt);
  return result;
}

/** The content of the note with this name in memory; null when there is none. For tests, and to see that it is there. */
export function noteIn(executable: Buffer, name: string): Buffer | null {
  for (const { type, offset, fileSize } of readSegments(executable)) {
    if (type !== PT.note) continue;
    for (let at = offset; at + 12 <= offset + fileSize;) {
      const nameBytes = executable.readUInt32LE(at);
      const contentBytes = executable.readUInt32LE(at + 4);
      const contentAt = at + 12 + aligned(nameBytes, NOTE_ALIGNMENT);
      if (executable.toString("latin1", at + 12, at + 12 + nameBytes) === `${name}\0`)
        return executable.subarray(contentAt, contentAt + contentBytes);
      at = contentAt + aligned(contentBytes, NOTE_ALIGNMENT);
    }
  }
  return null;
}

function noteOf(name: string, content: Buffer): Buffer {
  const named = Buffer.from(`${name}\0`);
  const head = Buffer.alloc(12 + aligned(named.length, NOTE_ALIGNMENT));
  head.writeUInt32LE(named.length, 0);
  head.writeUInt32LE(content.length, 4);
  named.copy(head, 12);
  const rest = Buffer.alloc(aligned(content.length, NOTE_ALIGNMENT) - content.length);
  return Buffer.concat([head, content, rest]);
}

function readSegments(file: Buffer): Segment[] {
  const magic = file.toString("latin1", 0, 6);
  // 64 bits, the least significant byte first.
  if (magic !== "\x7fELF\x02\x01" || file.readUInt16LE(HEADER.phentsize) !== ENTRY_BYTES)
    throw new Error("no 64-bit little-endian ELF executable");
  const from = Number(file.readBigUInt64LE(HEADER.phoff));
  return Array.from({ length: file.readUInt16LE(HEADER.phnum) }, (_, index) => {
    const at = from + index * ENTRY_BYTES;
    const wide = (field: number): number => Number(file.readBigUInt64LE(at + field));
    return {
      type: file.readUInt32LE(at),
      flags: file.readUInt32LE(at + 4),
      offset: wide(8),
      address: wide(16),
      fileSize: wide(32),
      memorySize: wide(40),
      alignment: wide(48),
    };
  });
}

function writeSegment(file: Buffer, at: number, segment: Segment): void {
  file.writeUInt32LE(segment.type, at);
  file.writeUInt32LE(segment.flags, at + 4);
  const { offset, address, fileSize, memorySize, alignment } = segment;
  for (const [index, value] of [offset, address, address, fileSize, memorySize, alignment].entries())
    file.writeBigUInt64LE(BigInt(value), at + 8 + index * 8);
}

function aligned(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
