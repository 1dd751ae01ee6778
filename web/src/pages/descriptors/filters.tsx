import { useEffect, useRef } from "preact/hooks";
import type { DescriptorsAnswer } from "../../../../src/server/api.ts";
import { goTo, parameter, withParameters } from "../../routing.ts";
import { count } from "../../words/figures.ts";
import { type Filter, FILTERS } from "./asked.ts";
import { kindWord } from "./words.ts";

const AGES = [
  ["20", "over 20 s"],
  ["80", "over 80 s"],
  ["300", "over 5 min"],
  ["3600", "over 1 h"],
  ["86400", "over 1 day"],
] as const;

/** Milliseconds after the last key. */
const PAUSE = 300;

function set(filter: Filter, value: string): void {
  goTo(withParameters({ [filter]: value === "" ? null : value }), { replace: true });
}

/** What is chosen stands in the address. */
export function Filters({ head }: { readonly head: DescriptorsAnswer | null }) {
  const chosen = FILTERS.filter((name) => parameter(name) !== null);
  const none = Object.fromEntries(FILTERS.map((name) => [name, null]));
  return (
    <search class="descriptor-filters" aria-label="Choose open files">
      <Choice filter="kind" label="What" options={options(head?.kinds, kindWord)} />
      <Choice filter="state" label="State" options={options(head?.states, (state) => state)} />
      <Choice filter="olderThan" label="Open for" options={AGES} />
      <Part filter="peer" label="Peer has" />
      <Part filter="path" label="Path has" />
      <button
        type="button"
        disabled={chosen.length === 0}
        onClick={() => goTo(withParameters(none), { replace: true })}
      >
        Show all
      </button>
    </search>
  );
}

type Options = readonly (readonly [value: string, label: string])[];

function options(
  shares: readonly { readonly name: string; readonly open: number }[] = [],
  wordOf: (name: string) => string,
): Options {
  return shares.map(({ name, open }) => [name, `${wordOf(name)} (${count(open)})`]);
}

interface ChoiceProps {
  readonly filter: Filter;
  readonly label: string;
  readonly options: Options;
}

function Choice({ filter, label, options: offered }: ChoiceProps) {
  const now = parameter(filter) ?? "";
  // What stands in an address that somebody sent may not be among those that are there now.
  const isOffered = now === "" || offered.some(([value]) => value === now);
  return (
    <label>
      {label}
      <select value={now} onChange={({ currentTarget }) => set(filter, currentTarget.value)}>
        <option value="">any</option>
        {!isOffered && <option value={now}>{now}</option>}
        {offered.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Part({ filter, label }: { readonly filter: Filter; readonly label: string }) {
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const later = (value: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => set(filter, value), PAUSE);
  };
  return (
    <label>
      {label}
      <input
        type="search"
        maxLength={256}
        value={parameter(filter) ?? ""}
        onInput={({ currentTarget }) => later(currentTarget.value)}
      />
    </label>
  );
}
