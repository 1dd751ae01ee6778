/** Connections of a namespace since it was made: opened by its processes, and accepted. */
export interface Openings {
  readonly activeOpens: number;
  readonly passiveOpens: number;
}

/**
 * The text of /proc/PID/net/snmp: a line of names and a line of figures for each protocol. null when TCP's are not
 * there. RFC 1213 has their meaning.
 *
 *     Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens ...
 *     Tcp: 1 200 120000 -1 1200 87 ...
 */
export function parseSnmp(text: string): Openings | null {
  const [names, figures] = text
    .split("\n")
    .filter((line) => line.startsWith("Tcp: "))
    .map((line) => line.split(" "));
  const figure = (name: string): number => {
    const word = figures?.[names?.indexOf(name) ?? -1] ?? "";
    return /^\d{1,15}$/.test(word) ? Number(word) : -1;
  };
  const activeOpens = figure("ActiveOpens");
  const passiveOpens = figure("PassiveOpens");
  return activeOpens < 0 || passiveOpens < 0 ? null : { activeOpens, passiveOpens };
}
