import { COMMANDS, type Declared } from "./commands.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Flags whose argument is a file or a folder. */
const OF_FILES = /^(?:-o, )?--(?:output|junit|procfs|config)\b/;

interface Option {
  /** "--output", and "-o" where there is a short one. */
  readonly names: readonly string[];
  readonly takes: "nothing" | "file" | "text";
  readonly description: string;
}

function optionsOf({ flags }: Declared): Option[] {
  const declared = flags.map(([text, description]): Option => {
    const names = text.split(", ").map((one) => one.split(" ")[0] ?? "");
    const takes = !text.includes("<") ? "nothing" : OF_FILES.test(text) ? "file" : "text";
    return { names, takes, description };
  });
  return [...declared, { names: ["-h", "--help"], takes: "nothing", description: "print this help" }];
}

const SHELL_WORDS: Readonly<Record<Shell, () => string>> = { bash, zsh, fish };

/** A script that makes a shell complete the commands and flags of this program. */
export function completionScript(shell: Shell): string {
  return SHELL_WORDS[shell]();
}

function bash(): string {
  const cases = COMMANDS.map((command) => {
    const words = optionsOf(command).flatMap(({ names }) => names);
    return `    ${command.name}) words='${words.join(" ")}' ;;`;
  });
  const files = COMMANDS.flatMap(optionsOf).filter(({ takes }) => takes === "file");
  return `# bash completion of descry: source this, or put it into /usr/share/bash-completion/completions/descry
_descry() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  case $before in
    ${[...new Set(files.flatMap(({ names }) => names))].join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --pid) COMPREPLY=($(compgen -W "$(cd /proc && printf '%s ' [0-9]*)" -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${COMMANDS.map(({ name }) => name).join(" ")} --help --version' -- "$word"))
    return
  fi
  case $command in
${cases.join("\n")}
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _descry descry
`;
}

/** A text in single quotes of any of these shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function zsh(): string {
  const commands = COMMANDS.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = COMMANDS.map((command) => {
    const specs = optionsOf(command).flatMap(({ names, takes, description }) => {
      const argument = takes === "nothing" ? "" : takes === "file" ? ":file:_files" : ":value:";
      const words = description.replaceAll(/[[\]:]/g, " ");
      return names.map((name) => quoted(`*${name}[${words}]${argument}`));
    });
    return `    ${command.name}) _arguments ${specs.join(" ")} '*:argument:_files' ;;`;
  });
  return `#compdef descry
# zsh completion of descry: put this as _descry into a folder of $fpath
_descry() {
  local -a commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join("\n")}
  esac
}
compdef _descry descry
`;
}

function fish(): string {
  const lines = COMMANDS.flatMap((command) => [
    `complete -c descry -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
    ...optionsOf(command).map(({ names, takes, description }) => {
      const words = names.map((name) =>
        name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const needs = takes === "nothing" ? "" : takes === "file" ? " -r -F" : " -x";
      const seen = quoted(`__fish_seen_subcommand_from ${command.name}`);
      return `complete -c descry -n ${seen} ${words.join(" ")}${needs} -d ${quoted(description)}`;
    }),
  ]);
  return `# fish completion of descry: put this into ~/.config/fish/completions/descry.fish\n${lines.join("\n")}\n`;
}
