/** Fewest letters to insert, delete, replace or swap to make one word of the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

function apart(wanted: string, candidate: string): number {
  const contained =
    wanted.length >= 3 && candidate.length >= 3 && (candidate.includes(wanted) || wanted.includes(candidate));
  return contained ? 0.5 : distance(wanted, candidate);
}

const MOST_LETTERS = 60;

/**
 * The names that `word` may have been meant to be, best first: those that contain it, then those that differ in few
 * letters. A unit is as near as its name without ".service", a command as its first word. Empty when none is near.
 */
export function nearest(word: string, names: readonly string[], most = 3): string[] {
  const wanted = word.toLowerCase().slice(0, MOST_LETTERS);
  const rated = [...new Set(names)].map((name) => {
    const forms = [name, name.replace(/\.service$/, ""), name.split(" ")[0] ?? name];
    return {
      name,
      apart: Math.min(...forms.map((form) => apart(wanted, form.toLowerCase().slice(0, MOST_LETTERS)))),
    };
  });
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const near = rated.filter((candidate) => candidate.apart <= allowed);
  return near
    .toSorted((a, b) => a.apart - b.apart || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((candidate) => candidate.name);
}

/** "a", "a or b", "a, b or c" */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
