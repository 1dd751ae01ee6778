interface Idiom {
  readonly program: RegExp;
  readonly connections: string;
  readonly descriptors: string;
}

/** How each language closes what it opened, on every way out of the code. */
const IDIOMS: readonly Idiom[] = [
  {
    program: /python|gunicorn|uvicorn|celery|flask|pypy/i,
    connections:
      "In Python: open it in `with contextlib.closing(connect(...)) as connection:`; read and close responses.",
    descriptors:
      "In Python: open it in a `with` statement; for subprocesses call communicate() or wait() and close the pipes.",
  },
  {
    program: /\bjava\b|\.jar\b|tomcat|jetty/i,
    connections:
      "In Java: open it in try-with-resources (connection, statement and result set), keep one HttpClient for all requests, and close response bodies.",
    descriptors:
      "In Java: open it in try-with-resources; Files.list() and Files.walk() streams must be closed too.",
  },
  {
    program: /\bnode(js)?\b|\.m?js\b|\bbun\b|\bdeno\b/i,
    connections:
      "In Node: release or end the client in `finally`, keep one agent or pool for all requests, and consume or destroy every response body.",
    descriptors:
      "In Node: close file handles in `finally`, destroy streams on error (stream.pipeline does), terminate workers.",
  },
  {
    program: /ruby|puma|unicorn|sidekiq|rails/i,
    connections:
      "In Ruby: use the block form (`Net::HTTP.start { }`, `pool.with { }`) so that it is closed on every way out.",
    descriptors: "In Ruby: use the block form `File.open(path) { |file| ... }`.",
  },
  {
    program: /php/i,
    connections:
      "In PHP: let the handle go out of scope or close it at the end of the request; in long-running workers do so per job.",
    descriptors: "In PHP: fclose() in `finally`, also in long-running workers.",
  },
];

const OTHERS: Omit<Idiom, "program"> = {
  connections:
    "Close it on every way out, errors included (Go: `defer rows.Close()`, and `defer resp.Body.Close()` before the status is looked at; C++ and Rust: an owner that closes when dropped).",
  descriptors:
    "Close it on every way out, errors included (Go: `defer file.Close()`; C++ and Rust: an owner that closes when dropped).",
};

/** The idiom of the language that the command is likely written in; a general one when its command does not tell. */
export function closingIdiom(command: string, what: "connections" | "descriptors"): string {
  return (IDIOMS.find(({ program }) => program.test(command)) ?? OTHERS)[what];
}
