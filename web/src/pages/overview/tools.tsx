import { useEffect, useRef } from "preact/hooks";
import { goTo, withParameters } from "../../routing.ts";
import { isToFilter } from "./keys.ts";
import { type Sort, SORTS, sortOf } from "./rows.ts";

interface ToolsProps {
  readonly filter: string;
  readonly sort: Sort;
  /** What came of the filter, for those who hear the page; "": nothing is filtered. */
  readonly found: string;
}

/** Filter and order. Both stand in the address, so that a view can be sent to somebody. */
export function ListTools({ filter, sort, found }: ToolsProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!isToFilter(event)) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  const write = (text: string): void =>
    goTo(withParameters({ q: text === "" ? null : text }), { replace: true });
  const order = (text: string): void =>
    goTo(withParameters({ sort: sortOf(text) === "risk" ? null : text }), { replace: true });
  return (
    <form class="overview-tools" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        Filter <kbd>/</kbd>
        <input
          ref={field}
          type="search"
          value={filter}
          autocomplete="off"
          spellcheck={false}
          placeholder="name, peer, command, pid"
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={({ key, currentTarget }) => {
            if (key !== "Escape") return;
            write("");
            currentTarget.blur();
          }}
        />
      </label>
      <label>
        Sort
        <select value={sort} onChange={({ currentTarget }) => order(currentTarget.value)}>
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <span class="quiet" role="status">
        {found}
      </span>
    </form>
  );
}
