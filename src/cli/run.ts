/** A command, from its arguments to its exit code. Knows the shape of tools and gets the catalogue from main. */
import { COMMANDS, COMPLETE, type CommandName } from "../command-line.ts";
import { PlanningError, quote } from "../errors.ts";
import { type Option, readOptions } from "../options.ts";
import { callCommand, isJson } from "./call-tool.ts";
import { showCheck } from "./check.ts";
import { SERVER, SPECS } from "./commands.ts";
import { complete } from "./completion.ts";
import { completionScript } from "./completion-scripts.ts";
import { showGaps } from "./gaps.ts";
import { commandHelp, programHelp, usage } from "./help.ts";
import { Misuse } from "./misuse.ts";
import { drawError } from "./problems.ts";
import { hasFlag, type Machine, print, type Request, type Session, warn } from "./program.ts";
import { showStatus } from "./status.ts";
import { terminalOf } from "./terminal.ts";
import { safeJson } from "./text.ts";
import { toolsCommand } from "./tools.ts";
import { showWaves } from "./waves-command.ts";

const RUN: Record<CommandName, (session: Session) => number | Promise<number>> = {
  status: showStatus,
  waves: showWaves,
  gaps: showGaps,
  check: showCheck,
  call: callCommand,
  tools: toolsCommand,
  setup: async (session) => (await import("./setup/setup.ts")).setup(session),
  completion: (session) => shown(session, completionScript(session.positionals[0]!)),
  help: (session) => shown(session, helpOn(session, session.positionals[0])),
};

/** Runs a command and returns the exit code: 0 fine, 1 errors found or answered, 2 wrong use. */
export async function runCommand(request: Request, machine: Machine): Promise<number> {
  if (request.name === COMPLETE) return complete(request, machine);
  const { name } = request;
  try {
    const session = openSession(name, request, machine);
    if (hasFlag(session, "help")) return shown(session, helpOn(session, name));
    requirePositionals(session);
    try {
      return await RUN[name](session);
    } catch (error) {
      if (!(error instanceof PlanningError)) throw error;
      showError(session, error);
      return isWrongUse(session, error) ? 2 : 1;
    }
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    warn(machine, `${error.message} Try wavewright ${name} --help.`);
    return 2;
  }
}

function openSession(name: CommandName, { args, roots }: Request, machine: Machine): Session {
  const given = readOptions(args, { ...refusedBy(name), ...SPECS[name].options }, ["help"]);
  if ("problem" in given) throw new Misuse(given.problem);
  const { env, platform, stdout, stderr } = machine;
  return {
    ...machine,
    ...given,
    name,
    roots,
    out: terminalOf(stdout, env, platform),
    err: terminalOf(stderr, env, platform),
  };
}

/** The help of the program lists these, so they are not unknown. */
function refusedBy(name: CommandName): Record<string, Option> {
  const refusal = `is an option of the server, not of ${name}.`;
  return Object.fromEntries(Object.entries(SERVER).map(([option, known]) => [option, { ...known, refusal }]));
}

/** What a tool refuses was written on the command line, but for JSON, which a program has made. */
function isWrongUse({ name, positionals }: Session, { code }: PlanningError): boolean {
  if (name === "call" && isJson(positionals[1])) return false;
  return code === "INVALID_ARGUMENT" || code === "INVALID_PHASE";
}

function requirePositionals({ name, positionals }: Session): void {
  const { arguments: taken, isVariadic = false } = SPECS[name];
  const missing = taken.find(({ isRequired }, index) => isRequired && positionals[index] === undefined);
  if (missing) throw new Misuse(`${missing.name} is missing: wavewright ${usage(name)}.`);
  const extra = positionals[taken.length];
  if (extra !== undefined && !isVariadic) throw new Misuse(`Unexpected argument ${quote(extra)}.`);
  for (const [index, { name: what, values }] of taken.entries()) {
    const names = values === "command" ? COMMANDS : values;
    const given = positionals[index];
    if (given === undefined || typeof names === "string" || names.length === 0) continue;
    if (!(names as readonly string[]).includes(given)) throw Misuse.unknown(what.toLowerCase(), given, names);
  }
}

function showError(session: Session, error: PlanningError): void {
  const body = forPerson(error);
  const lines = hasFlag(session, "json") ? [safeJson(error.toBody())] : drawError(session.err, body);
  session.stderr.write(lines.map((line) => `${line}\n`).join(""));
}

/** There is no server to restart here. */
function forPerson(error: PlanningError): ReturnType<PlanningError["toBody"]> {
  const body = error.toBody();
  if (body.code === "INTERNAL") {
    return { ...body, hint: "This is a fault of the program or of this machine; its stack is above." };
  }
  if (body.code !== "NO_PLANNING_DIR" || body.path !== undefined) return body;
  if (body.expected === undefined) {
    return { ...body, hint: "Go to the project, or name it with --root DIR or WAVEWRIGHT_ROOT." };
  }
  return { ...body, hint: "Give one of these with --root." };
}

function helpOn({ out: { width } }: Session, name: string | undefined): string {
  return name === undefined ? programHelp(width) : commandHelp(name as CommandName, width);
}

function shown(session: Session, text: string): number {
  print(session, text);
  return 0;
}
