import { goTo, withParameters } from "../../routing.ts";
import { type Filter, RANGES, STANDINGS, USUAL_RANGE } from "./filter.ts";
import { plain, RULE_WORDS } from "./naming.ts";

interface FiltersProps {
  readonly filter: Filter;
  /** Names of services by their ids, as far as they were seen. */
  readonly services: ReadonlyMap<string, string>;
}

/** What of the history is shown. Each choice is in the address at once. */
export function Filters({ filter, services }: FiltersProps) {
  const { service, rule, standing, range } = filter;
  const known =
    service === null || services.has(service) ? [...services] : [[service, service] as const, ...services];
  const names = known.toSorted(([, a], [, b]) => a.localeCompare(b));
  const isFiltered = service !== null || rule !== null || standing !== null || range !== USUAL_RANGE;
  return (
    <form class="incident-filters" aria-label="What is shown" onSubmit={(event) => event.preventDefault()}>
      <Choice name="service" label="Service" chosen={service} all="all" choices={names} />
      <Choice
        name="rule"
        label="Rule"
        chosen={rule}
        all="all"
        choices={Object.keys(RULE_WORDS).map((one) => [one, one])}
      />
      <Choice
        name="standing"
        label="Standing"
        chosen={standing}
        all="all"
        choices={Object.entries(STANDINGS)}
      />
      <Choice
        name="range"
        label="Time"
        chosen={range}
        choices={Object.entries(RANGES).map(([name, { words }]) => [name, words])}
      />
      {isFiltered && (
        <button
          type="button"
          onClick={() => goTo(withParameters({ service: null, rule: null, standing: null, range: null }))}
        >
          Show all
        </button>
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: string | null;
  /** Word for no choice; without it there is always one. */
  readonly all?: string;
  readonly choices: readonly (readonly [string, string])[];
}

function Choice({ name, label, chosen, all, choices }: ChoiceProps) {
  const choose = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    goTo(withParameters({ [name]: value === "" ? null : value }));
  };
  return (
    <label>
      {label}
      <select name={name} value={chosen ?? ""} onChange={choose}>
        {all !== undefined && <option value="">{all}</option>}
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {plain(words)}
          </option>
        ))}
      </select>
    </label>
  );
}
