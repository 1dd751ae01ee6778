import {
  ALERT_OPERAND,
  ALERT_WISHES,
  COMMANDS,
  CONFIG_OPERAND,
  CONFIG_WISHES,
  type Declared,
} from "./commands.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Flags whose argument is a file or a folder. */
const OF_FILES = /^(?:-o, )?--(?:output|junit|procfs|config|state-dir)\b/;

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
    return `    ${command.name}) words='${words.join(" ")}' operands=${quoted(bashOperands(command))} ;;`;
  });
  const every = COMMANDS.map(({ name }) => name).join(" ");
  const top = cases.find((one) => one.startsWith("    top)"))?.replace("top)", "*)");
  const files = COMMANDS.flatMap(optionsOf).filter(({ takes }) => takes === "file");
  return `# bash completion of descry: source this, or put it into /usr/share/bash-completion/completions/descry
_descry() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words= operands=
  case $before in
    ${[...new Set(files.flatMap(({ names }) => names))].join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --pid) COMPREPLY=($(compgen -W "$(cd /proc && printf '%s ' [0-9]*)" -- "$word")); return ;;
  esac
  case $command in
${cases.join("\n")}
    help) operands='-W "${every}"' ;;
${top}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="$words --version" operands='-W "${every} help"'; fi
  case $word in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) [ -z "$operands" ] || COMPREPLY=($(eval "compgen $operands" '-- "$word"')) ;;
  esac
}
complete -F _descry descry
`;
}

/** The words that an operand may be; null: any. */
function wordsOf(operand: string): readonly string[] | null {
  if (operand === "[shell]") return SHELLS;
  if (operand === ALERT_OPERAND) return ALERT_WISHES;
  return operand === CONFIG_OPERAND ? CONFIG_WISHES : null;
}

/** What compgen makes the operands of a command from; empty: it has none that a shell could know. */
function bashOperands({ operand = "" }: Declared): string {
  const words = wordsOf(operand);
  if (words !== null) return `-W "${words.join(" ")}"`;
  if (operand === "<file>") return "-f";
  return operand.startsWith("<command>") ? "-c -f" : "";
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
    return `    ${command.name}) _arguments ${specs.join(" ")} ${zshOperands(command)} ;;`;
  });
  return `#compdef descry
# zsh completion of descry: put this as _descry into a folder of $fpath, or source it after compinit
_descry() {
  local -a subcommands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command subcommands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _descry ]]; then _descry "$@"; else compdef _descry descry; fi
`;
}

function zshOperands({ operand = "" }: Declared): string {
  const words = wordsOf(operand);
  if (words !== null) return quoted(`:${words === SHELLS ? "shell" : "wish"}:(${words.join(" ")})`);
  if (operand === "<file>") return "':file:_files'";
  return operand.startsWith("<command>") ? "'(-)*:: :_normal'" : "";
}

function fishOperands({ operand = "" }: Declared): string {
  const words = wordsOf(operand);
  if (words !== null) return ` -f -a ${quoted(words.join(" "))}`;
  if (operand === "<file>") return " -F";
  return operand.startsWith("<command>") ? " -F -a '(__fish_complete_subcommand --fcs-skip=2)'" : " -f";
}

function fish(): string {
  const lines = COMMANDS.flatMap((command) => [
    `complete -c descry -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
    `complete -c descry -n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}${fishOperands(command)}`,
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
