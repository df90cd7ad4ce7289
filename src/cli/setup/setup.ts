/** `wavewright setup HOST` */
import { visible } from "../../errors.ts";
import { textDiff } from "../../workspace/change-set.ts";
import { Misuse } from "../misuse.ts";
import { drawError, sentence } from "../problems.ts";
import { hasFlag, print, type Session } from "../program.ts";
import { paragraph } from "../table.ts";
import { paint, type Terminal } from "../terminal.ts";
import { enumerate } from "../text.ts";
import { type ConfigFile, readConfigFile, writeConfigFile } from "./config-file.ts";
import { SetupFailure } from "./failure.ts";
import { home } from "./hosts.ts";
import { withoutServer, withServer } from "./json-edit.ts";
import { FOLDER, type Plan, planFor } from "./plan.ts";
import { startAndList } from "./probe.ts";

const NAME = "wavewright";

export async function setup(session: Session): Promise<number> {
  if (hasFlag(session, "write") && hasFlag(session, "remove")) {
    throw new Misuse("--write and --remove are two things; give one of them.");
  }
  const plan = planFor(session);
  try {
    if (hasFlag(session, "remove")) remove(session, plan);
    else if (hasFlag(session, "write")) await write(session, plan);
    else show(session, plan);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    const problem = { message: error.message, path: plan.path, ...error.details };
    session.stderr.write(`${drawError(session.err, problem).join("\n")}\n`);
    return 1;
  }
}

function show(session: Session, plan: Plan): void {
  tell(session, `${configuration(plan)}: ${visible(plan.path)}`);
  print(session, withServer("", plan.host.key, NAME, plan.entry));
  remind(session, plan);
  tell(session, "Nothing was changed; --write merges this into the file.");
}

async function write(session: Session, plan: Plan): Promise<void> {
  const file = readConfigFile(plan.path);
  const text = withServer(file.text ?? "", plan.host.key, NAME, plan.entry);
  if (text !== file.text) {
    print(session, drawDiff(session.out, file, text));
    writeConfigFile(file, text);
  }
  const already = text === file.text ? " already" : "";
  tell(session, `${plan.host.title} is set up${audience(plan)}${already}: ${visible(plan.path)}`);
  remind(session, plan);
  print(session, paragraph(session.out, visible(await started(session, plan))));
}

/** What the host will get; throws SetupFailure with the way back, for the entry stays. */
async function started(session: Session, plan: Plan): Promise<string> {
  const { command, args } = plan.entry;
  try {
    const { name, version, tools } = await startAndList({
      command,
      args: args.map((arg) => arg.replaceAll(FOLDER, plan.folder)),
      cwd: plan.scope === "project" ? plan.folder : home(session.env, session.platform),
      env: session.env,
    });
    return `Started: ${name} ${version} offers ${tools.length} tools: ${tools.join(", ")}.`;
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    const { hint, ...rest } = error.details;
    const back = "The entry stays in the file; the same command with --remove for --write takes it out.";
    throw new SetupFailure(error.message, {
      ...rest,
      hint: hint === undefined ? back : `${sentence(hint)} ${back}`,
    });
  }
}

function remove(session: Session, plan: Plan): void {
  const file = readConfigFile(plan.path);
  const text = withoutServer(file.text ?? "", plan.host.key, NAME);
  if (text === (file.text ?? "")) {
    tell(session, `${configuration(plan)} has no wavewright: ${visible(plan.path)}`);
    return;
  }
  print(session, drawDiff(session.out, file, text));
  writeConfigFile(file, text);
  tell(session, `${configuration(plan)} has no wavewright any more: ${visible(plan.path)}`);
}

/** Beside the configuration and the diff, which are the output. */
function tell({ stderr, err }: Session, text: string): void {
  stderr.write(`${paragraph(err, text).join("\n")}\n`);
}

/** Which project the server will be for, where that is not the one that is open. */
function remind(session: Session, { host, findsProject, fixedRoots }: Plan): void {
  if (!findsProject) {
    tell(session, `${host.title} does not tell servers which project is open: name yours with --root DIR.`);
  } else if (fixedRoots.length > 0) {
    tell(session, `Whatever is open in ${host.title}, the entry is for ${visible(enumerate(fixedRoots))}.`);
  }
}

function configuration(plan: Plan): string {
  return `The configuration of ${plan.host.title}${audience(plan)}`;
}

/** For whom a host's file is, where it has two. */
function audience({ host: { scopes }, scope, findsProject, fixedRoots }: Plan): string {
  if (scopes.length === 1) return "";
  if (scope === "project") return " for this project";
  return findsProject && fixedRoots.length === 0 ? " for all your projects" : " for you";
}

function drawDiff(terminal: Terminal, { path, text }: ConfigFile, now: string): string[] {
  const patch = textDiff(path.replace(/^\//, ""), text, now, 2);
  const lines = patch.trimEnd().split(/\r\n|\n/);
  return lines.map((line) => {
    const style = line.startsWith("+") ? "good" : line.startsWith("-") ? "bad" : "quiet";
    return paint(terminal, style, visible(line.replaceAll("\t", "  ")).trimEnd());
  });
}
