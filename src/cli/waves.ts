/** A phase's waves as a picture: a row of boxes runs at the same time, what is below waits, and says why. */
import type { WavePlanAnswer, WavesAnswer } from "./answers.ts";
import { type Box, drawBoxes } from "./boxes.ts";
import { drawAside } from "./problems.ts";
import { paragraph } from "./table.ts";
import { glyphs, paint, type Terminal } from "./terminal.ts";
import { count, enumerate, plain, shortened, wrap } from "./text.ts";
import {
  type Conflict,
  conflictsOf,
  contested,
  dependenciesOf,
  emptiness,
  obstaclesOf,
  type Place,
  placesOf,
  plansOf,
  startable,
} from "./waiting.ts";

/** Of a plan's files; the rest is a number. */
const MAX_FILES = 4;
/** Why plans of a batch wait; the rest is a number. */
const MAX_REASONS = 6;
const INDENT = 2;

interface Scene {
  terminal: Terminal;
  answer: WavesAnswer;
  plans: ReadonlyMap<string, WavePlanAnswer>;
  places: ReadonlyMap<string, Place>;
  conflicts: readonly Conflict[];
  contested: ReadonlyMap<string, ReadonlySet<string>>;
  ready: ReadonlySet<string>;
}

export function drawWaves(terminal: Terminal, answer: WavesAnswer): string[] {
  const scene: Scene = {
    terminal,
    answer,
    plans: plansOf(answer),
    places: placesOf(answer),
    conflicts: conflictsOf(answer),
    contested: contested(answer),
    ready: new Set(answer.ready),
  };
  return [
    ...drawHead(scene),
    ...answer.waves.flatMap((_, index) => drawWave(scene, index)),
    ...drawFoot(scene),
    // What plans share stands beside their batches.
    ...drawAside(
      terminal,
      answer.diagnostics.filter(({ code }) => code !== "FILE_CONFLICT"),
    ),
  ];
}

function drawHead({ terminal, answer: { phase, totals, skipped } }: Scene): string[] {
  const { dot } = glyphs(terminal);
  const title = `Phase ${plain(`${phase.id} ${phase.name}`)} (${phase.state})`;
  const out = skipped.length > 0 ? `, ${skipped.length} of them left out` : "";
  const left = `${totals.incomplete} of ${count(totals.plans, "plan")} to do${out}`;
  const shape = `${count(totals.waves, "wave")}, ${count(totals.batches, "batch", "batches")}`;
  return [
    ...wrap(title, terminal.width).map((line) => paint(terminal, "strong", line)),
    ...paragraph(terminal, totals.waves > 0 ? `${left} ${dot} ${shape}` : left, 0, "quiet"),
  ];
}

function drawWave(scene: Scene, index: number): string[] {
  const { terminal, answer, ready } = scene;
  const { across } = glyphs(terminal);
  const { wave, batches } = answer.waves[index]!;
  const before = answer.waves[index - 1];
  const earlier = before ? `wave ${before.wave}` : null;
  const first = batches.flat().some((id) => ready.has(id)) ? "now" : "first";
  const why = earlier === null ? first : `when ${earlier} is done`;
  const title = `Wave ${wave} ${across.repeat(2)} ${why}`;
  return [
    "",
    ...wrap(title, terminal.width).map((line) =>
      line.replace(/^Wave -?\d+/, (found) => paint(terminal, "strong", found)),
    ),
    ...batches.flatMap((ids, batch) => [
      ...drawTurn(scene, ids, batch, batches.length),
      ...drawBoxes(
        terminal,
        ids.map((id) => boxOf(scene, id, batch > 0 ? `batch ${batch}` : earlier)),
        INDENT,
      ),
    ]),
  ];
}

/** Above a batch: what runs side by side, and what it waits for. */
function drawTurn(
  { terminal, conflicts }: Scene,
  ids: readonly string[],
  batch: number,
  all: number,
): string[] {
  const { below } = glyphs(terminal);
  const together = ids.length > 1 ? `${ids.length} plans side by side` : "one plan";
  if (all === 1) return ids.length > 1 ? paragraph(terminal, together, INDENT, "quiet") : [];
  const label = `batch ${batch + 1} of ${all}: ${together}`;
  if (batch === 0) return paragraph(terminal, label, INDENT, "quiet");
  const reasons = ids.flatMap((id) => {
    const own = conflicts.filter(({ second }) => second === id);
    return own.length > 0 ? [reasonOf(id, own)] : [];
  });
  const shown = reasons.slice(0, MAX_REASONS);
  if (reasons.length > shown.length) shown.push(`and ${reasons.length - shown.length} more`);
  return [
    ...paragraph(terminal, `${below} ${label}`, INDENT, "quiet"),
    ...shown.flatMap((reason) => paragraph(terminal, reason, 2 * INDENT, "warn")),
  ];
}

function reasonOf(id: string, conflicts: readonly Conflict[]): string {
  const files = [...new Set(conflicts.flatMap((one) => one.files))].map(plain);
  const what = files.length > 0 ? enumerate(shortened(files, MAX_FILES)) : "a file";
  const others = conflicts.map(({ first }) => plain(first));
  return `${plain(id)} writes ${what}, as ${enumerate(shortened(others, MAX_FILES))} ${others.length > 1 ? "do" : "does"}`;
}

/** `before` is the batch or wave that has to be done first: plans of one batch are started together. */
function boxOf(scene: Scene, id: string, before: string | null): Box {
  const { plans, ready } = scene;
  const plan = plans.get(id);
  const isReady = ready.has(id);
  const shared = scene.contested.get(id);
  const marks = [
    ...(plan?.gap_closure ? ["closes gaps"] : []),
    ...(plan && !plan.autonomous ? ["a person is asked"] : []),
  ];
  return {
    title: plain(id),
    style: isReady && before === null ? "good" : "quiet",
    lines: [
      ...(plan ? [{ text: plain(plan.name), style: "strong" as const }] : []),
      stateLine(scene, id, isReady, before),
      ...(marks.length > 0 ? [{ text: marks.join(", "), style: "note" as const }] : []),
      ...shortened((plan?.files_modified ?? []).map(plain), MAX_FILES).map((text, index) => ({
        text,
        style: shared?.has(plan!.files_modified[index]!) ? ("warn" as const) : ("quiet" as const),
      })),
    ].filter(({ text }) => text !== ""),
  };
}

function stateLine(scene: Scene, id: string, isReady: boolean, before: string | null): Box["lines"][number] {
  const { ready, waiting } = glyphs(scene.terminal);
  if (isReady && before === null) return { text: `${ready} ready`, style: "good" };
  if (isReady) return { text: `${waiting} ready after ${before}`, style: "note" };
  const dependencies = dependenciesOf(scene.plans.get(id), scene.places);
  const obstacles = obstaclesOf(id, scene.answer).map(({ message }) =>
    withoutSubject(plain(message), plain(id)),
  );
  const reasons = [
    ...(dependencies.length > 0
      ? [`waits for ${enumerate(shortened(dependencies.map(plain), MAX_FILES))}`]
      : []),
    ...obstacles,
  ];
  return {
    text: `${waiting} ${reasons.length > 0 ? shortened(reasons, MAX_FILES).join("; ") : "not ready"}`,
    style: "warn",
  };
}

/** `03-04 waits for phase 2` is `waits for phase 2` in the box of 03-04. */
function withoutSubject(message: string, id: string): string {
  return message.startsWith(`${id} `) || message.startsWith(`${id}: `)
    ? message.slice(id.length).replace(/^:? /, "")
    : message;
}

function drawFoot({ terminal, answer }: Scene): string[] {
  const { waves, completed, skipped, executor_model: model } = answer;
  const first = startable(answer).map(plain);
  const lines: string[] = [];
  if (first.length > 0) {
    const together = first.length > 1 ? ", side by side" : "";
    lines.push(`Start now: ${enumerate(first)}${together}, with the model ${plain(model)}.`);
  } else if (waves.length > 0) lines.push("Nothing can start now.");
  else lines.push(emptiness(answer));
  if (completed.length > 0) lines.push(`Done: ${completed.map(plain).join(", ")}`);
  if (skipped.length > 0) lines.push(`Left out: ${skipped.map(({ id }) => plain(id)).join(", ")}`);
  return ["", ...lines.flatMap((line) => wrap(line, terminal.width))];
}
