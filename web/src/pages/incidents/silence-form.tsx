import { useEffect, useRef, useState } from "preact/hooks";
import type { SilenceRequest } from "../../../../src/server/api.ts";
import { plain, RULE_WORDS } from "./naming.ts";
import { makeSilence, SILENCE_DURATIONS, silenceAsked, type SilenceTarget } from "./silencing.ts";

/** The form that makes a silence, over the page while it is asked for. */
export function SilenceDialog({ services }: { readonly services: readonly string[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const target = silenceAsked.value;
  const close = (): void => {
    silenceAsked.value = null;
  };
  useEffect(() => {
    if (target === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [target]);
  return (
    <dialog ref={dialog} class="silence-dialog" aria-labelledby="silence-title" onClose={close}>
      {target !== null && <SilenceForm target={target} services={services} close={close} />}
    </dialog>
  );
}

type Scope = "leak" | "rule" | "service";

interface FormProps {
  readonly target: SilenceTarget;
  readonly services: readonly string[];
  readonly close: () => void;
}

function SilenceForm({ target, services, close }: FormProps) {
  const [scope, setScope] = useState<Scope>(target.fingerprint === null ? "service" : "leak");
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    const why = await makeSilence(requestOf(new FormData(event.target as HTMLFormElement), target, scope));
    setBusy(false);
    if (why === null) close();
    else setFailure(why);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h2 id="silence-title">Silence</h2>
      <p>
        A silence holds back telling, not watching. What it is about is seen here all the same, and what still
        fires at its end is told then.
      </p>
      <ScopeFields target={target} services={services} scope={scope} choose={setScope} />
      <label>
        For
        <select name="seconds">
          {SILENCE_DURATIONS.map(({ words, seconds }) => (
            <option key={seconds} value={seconds} selected={seconds === 7200}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        By
        <input name="by" required maxLength={100} autocomplete="name" placeholder="who answers for it" />
      </label>
      <label>
        Why
        <input name="comment" maxLength={500} autocomplete="off" placeholder="fix is on its way, #1234" />
      </label>
      {failure !== null && (
        <p class="silence-failure" role="alert">
          {failure}
        </p>
      )}
      <p class="silence-ways">
        <button type="submit" class="primary" disabled={isBusy}>
          Silence
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </p>
    </form>
  );
}

interface ScopeProps {
  readonly target: SilenceTarget;
  readonly services: readonly string[];
  readonly scope: Scope;
  readonly choose: (scope: Scope) => void;
}

function ScopeFields({ target, services, scope, choose }: ScopeProps) {
  const { service, rule, fingerprint } = target;
  if (service === null && fingerprint === null) {
    return (
      <label>
        Service, by its whole name
        <input name="service" required maxLength={1000} list="silence-services" autocomplete="off" />
        <datalist id="silence-services">
          {services.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
    );
  }
  const choice = (value: Scope, words: string) => (
    <label class="silence-scope">
      <input
        type="radio"
        name="scope"
        value={value}
        checked={scope === value}
        onChange={() => choose(value)}
      />
      <span class="name">{words}</span>
    </label>
  );
  return (
    <fieldset>
      <legend>What</legend>
      {fingerprint !== null &&
        choice("leak", `This leak alone${service === null ? "" : ` of ${plain(service)}`}`)}
      {service !== null && rule !== null && choice("rule", `${plain(service)}: ${RULE_WORDS[rule]}`)}
      {service !== null && choice("service", `Everything of ${plain(service)}`)}
    </fieldset>
  );
}

function requestOf(fields: FormData, target: SilenceTarget, scope: Scope): SilenceRequest {
  const written = (name: string): string => {
    const value = fields.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const service = target.service ?? written("service");
  const comment = written("comment");
  return {
    ...(service === "" ? {} : { service }),
    ...(scope === "leak" && target.fingerprint !== null ? { fingerprint: target.fingerprint } : {}),
    ...(scope === "rule" && target.rule !== null ? { rule: target.rule } : {}),
    forSeconds: Number(written("seconds")),
    by: written("by"),
    ...(comment === "" ? {} : { comment }),
  };
}
