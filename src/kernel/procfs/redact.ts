/**
 * Takes secrets out of command lines, at the place where they enter the program: what is not kept cannot leak from a
 * screen, a recording or a report. It errs on the side of removing: from the start of a value that may be secret to
 * the end of its argument.
 */
export const REDACTED = "[redacted]";
/** Enough to name a service. */
export const LONGEST_ARGUMENT = 4096;
/** No option and no program has a longer name; bounds the search in what strangers wrote. */
const LONGEST_NAME = 200;

/** Parts of names whose value is secret, wherever they stand in the name. */
const SECRET_PART =
  "pass|pwd|pswd|secret|token|credential|creds|auth|cookie|jwt|bearer|signature|session|private|salt|community|kennwort";
/** Ends of names whose value is secret: "key" is one in --api-key and not in --keyspace. */
const SECRET_END = "keys?|key[-_]?(?:data|base64|b64|hex)|pw|sig|otp|pin|dsn";
/** A name with its "=" or ":", as in --password=x, PGPASSWORD=x, {"password": "x"}, ?password=x, -Dfoo.password=x. */
const ASSIGNMENT = new RegExp(
  `(?:(?:${SECRET_PART})[\\w.\\-]{0,64}|(?:${SECRET_END}))["'\\])\\\\]{0,4}\\s{0,8}[=:]["'\\s]{0,8}(?=[^])`,
  "i",
);
/** An option that takes its value from the next word. */
const SECRET_OPTION = new RegExp(
  `^[-/]{1,2}[^\\s=:]*?(?:(?:${SECRET_PART})[^\\s=:]*|(?:${SECRET_END}))$`,
  "i",
);
/** A bare word that the secret follows: "user add bob password x", "Authorization: Bearer x". */
const SECRET_WORD = new RegExp(
  `^["']?(?:password|passwd|passphrase|pass|pwd|pw|secret|token|bearer|basic|requirepass|masterauth|key)["']?$`,
  "i",
);
/** Secrets that show by their own shape. */
const SECRET_SHAPES = [
  /(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12}/,
  /gh[opsur]_[A-Za-z0-9]{16}|github_pat_|glpat-|xox[a-z]-|hf_[A-Za-z0-9]{16}|npm_[A-Za-z0-9]{16}|dop_v1_|ya29\./,
  /[sr]k[-_](?:live|test|proj|ant|or)[-_]|\bsk-[A-Za-z0-9]{16}|SG\.[\w-]{16}|AIza[\w-]{20}/,
  /eyJ[\w-]{8,}\.|-----BEGIN/,
];
/** A word of mixed letters and digits that is too long for a name. A path, a class name or a hash has another shape. */
const RANDOM_WORD = /(?:^|[=:,\s"'])([A-Za-z0-9+_=-][A-Za-z0-9+/_=-]{39,1024})(?=$|[,\s"'])/g;

/** Programs whose short options carry a secret, and which options; "attached" ones stand together with their value. */
const PROGRAMS: readonly { readonly name: RegExp; readonly attached: string; readonly next: string }[] = [
  {
    name: /^(?:mysql|mariadb|mycli|mytop|innotop|xtrabackup|innobackupex|pt-|mydumper|myloader)/,
    attached: "p",
    next: "p",
  },
  {
    name: /^(?:sshpass|mongo|mongosh|mongodump|mongorestore|mongoimport|mongoexport|cqlsh|nodetool)/,
    attached: "p",
    next: "p",
  },
  {
    name: /^(?:docker|podman|helm|nerdctl|buildah|skopeo|crane|oras|rabbitmqadmin|influx|htpasswd|az|xfreerdp|rdesktop)/,
    attached: "pu",
    next: "pbu",
  },
  { name: /^(?:curl|wget|http|https|httpie|xh)$/, attached: "uUbHEa", next: "uUbHEa" },
  { name: /^(?:redis-cli|redis-benchmark|valkey-cli|keydb-cli|coap-client)/, attached: "a", next: "a" },
  { name: /^(?:ldap|slappasswd)/, attached: "wsy", next: "wsy" },
  {
    name: /^(?:sqlcmd|bcp|isql|tsql|osql|mosquitto_|ipmitool|zip|unzip|pscp|plink)/,
    attached: "P",
    next: "P",
  },
  { name: /^(?:smbclient|rpcclient|net|smbget|mount\.cifs)$/, attached: "U", next: "U" },
  { name: /^snmp/, attached: "AXc", next: "AXcY" },
  { name: /^(?:7z|7za|7zr|rar|unrar)$/, attached: "p", next: "p" },
  { name: /^(?:openssl)$/, attached: "", next: "kK" },
  { name: /^(?:sqlplus|expdp|impdp|sqlldr|rman)$/, attached: "", next: "" },
];
/** user/password@database of Oracle's clients. */
const ORACLE_LOGIN = /^[^\s/@=]+\/[^\s@]+/;
const ORACLE = /^(?:sqlplus|expdp|impdp|sqlldr|rman)$/;

/** What a word says of the words after it. */
interface Expectation {
  /** The next word is a value to remove. */
  next: boolean;
  /** Programs named so far; `sudo`, `env` or a shell may stand before the one that counts. */
  readonly programs: Set<(typeof PROGRAMS)[number]>;
  oracle: boolean;
}

/**
 * The same arguments with "[redacted]" in place of what may be secret, each cut to 4096 characters. Pure, and linear
 * in what it is given: command lines are written by strangers. An argument with blanks in it (a shell's script) is
 * judged word by word and loses all that follows a secret.
 */
export function redactArguments(words: readonly string[]): string[] {
  const expectation: Expectation = { next: false, programs: new Set(), oracle: false };
  return words.map((word) => redactArgument(word, expectation));
}

function redactArgument(whole: string, expectation: Expectation): string {
  // Logins first: the "@" that tells one may stand behind the cut.
  const argument = withoutLogins(whole).slice(0, LONGEST_ARGUMENT);
  for (const match of argument.matchAll(/\S+/g)) {
    const word = match[0].replace(/^["'`(]{1,8}|["'`);]{1,8}$/g, "");
    const instead = expectation.next ? REDACTED : redactOption(word, expectation);
    expectation.next = expectsNext(word, expectation);
    if (instead !== null) return redactInside(argument.slice(0, match.index) + instead);
    note(word, expectation);
  }
  return redactInside(argument);
}

/** "-pSECRET" of a program that takes it so, or Oracle's login; null when the word is neither. */
function redactOption(word: string, expectation: Expectation): string | null {
  if (expectation.oracle && ORACLE_LOGIN.test(word) && !word.startsWith("/")) return REDACTED;
  const letter = word.charAt(1);
  if (word.length < 3 || word.charAt(0) !== "-" || letter === "-") return null;
  for (const program of expectation.programs) {
    if (program.attached.includes(letter)) return `-${letter}${REDACTED}`;
  }
  return null;
}

function expectsNext(word: string, expectation: Expectation): boolean {
  if (word.length > LONGEST_NAME) return false;
  if (SECRET_OPTION.test(word) || SECRET_WORD.test(word)) return true;
  // "Authorization:" and "password=" with their value in the next word.
  if (/[=:]$/.test(word) && ASSIGNMENT.test(`${word} `)) return true;
  if (!/^-[A-Za-z]$/.test(word)) return false;
  for (const program of expectation.programs) if (program.next.includes(word.charAt(1))) return true;
  return false;
}

/** Remembers the programs that a command line names. */
function note(word: string, expectation: Expectation): void {
  if (word.startsWith("-") || word.length > LONGEST_NAME) return;
  const name = word.slice(word.lastIndexOf("/") + 1);
  if (ORACLE.test(name)) expectation.oracle = true;
  for (const program of PROGRAMS) if (program.name.test(name)) expectation.programs.add(program);
}

/** Secrets that stand inside one argument. */
function redactInside(argument: string): string {
  let text = withoutLogins(argument);
  const assignment = ASSIGNMENT.exec(text);
  if (assignment !== null) text = text.slice(0, assignment.index + assignment[0].length) + REDACTED;
  for (const shape of SECRET_SHAPES) {
    const found = shape.exec(text);
    if (found !== null) text = text.slice(0, found.index) + REDACTED;
  }
  return text.replace(RANDOM_WORD, (whole: string, word: string) =>
    isRandom(word) ? whole.slice(0, whole.length - word.length) + REDACTED : whole,
  );
}

/** "scheme://user:password@host" becomes "scheme://[redacted]@host"; a password may hold a raw "@" or "/" itself. */
function withoutLogins(argument: string): string {
  let text = "";
  let from = 0;
  for (;;) {
    const scheme = argument.indexOf("://", from);
    if (scheme < 0) return text + argument.slice(from);
    const start = scheme + 3;
    const end = endOfRun(argument, start);
    const run = argument.slice(start, end);
    const at = run.lastIndexOf("@");
    text += argument.slice(from, start) + (at < 0 ? run : REDACTED + run.slice(at));
    from = end;
  }
}

function endOfRun(text: string, start: number): number {
  let end = start;
  while (end < text.length && !/\s/.test(text.charAt(end))) end++;
  return end;
}

function isRandom(word: string): boolean {
  return (
    /[a-z]/.test(word) && /[A-Z]/.test(word) && (word.match(/\d/g)?.length ?? 0) >= 2 && !word.startsWith("-")
  );
}
