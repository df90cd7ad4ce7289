/** What programs in a group say: kept within bounds, in a file that nobody can see. */
import fs, { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openOutput } from "../../src/workspace/group-output.ts";
import { runInGroup } from "../../src/workspace/program-group.ts";
import { project } from "../support/project.ts";

const MB = 1024 * 1024;

const cwd = process.cwd();

const run = (script: string, more: { silenceMs?: number } = {}) =>
  runInGroup("sh", ["-c", script], {
    cwd,
    environment: { PATH: process.env.PATH! },
    silenceMs: 20_000,
    ...more,
  });

/** Where temporary files are made during the test. */
function temporary(place: string): void {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = place;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
}

describe.each([
  ["in a file", tmpdir],
  ["through a pipe, where no file can be made", () => join(tmpdir(), "no", "such", "place")],
])("%s", (_, place) => {
  test("both streams come whole, and apart", async () => {
    temporary(place());
    const { stdout, stderr, code } = await run(
      "i=0; while [ $i -lt 3000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; exit 3",
    );
    const lines = (word: string) =>
      Array.from({ length: 3_000 }, (_, index) => `${word} ${index}\n`).join("");
    expect({ stdout, stderr, code }).toEqual({ stdout: lines("out"), stderr: lines("err"), code: 3 });
  });

  test("of very much the beginning and the end are kept", async () => {
    temporary(place());
    const { stdout, code } = await run(
      "echo first; head -c 30000000 /dev/zero | tr '\\0' x; sleep 0.3; head -c 3000000 /dev/zero | tr '\\0' y; echo last",
    );
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(2.5 * MB);
    expect(stdout).toMatch(/^first\nx{1000}/);
    expect(stdout).toMatch(/y{1000}last\n$/);
    expect(stdout).toContain("\n…\n");
  });

  test("who goes on saying something is not silent", async () => {
    temporary(place());
    const talk = (sleep: number) =>
      `i=0; while [ $i -lt 8 ]; do sleep ${sleep}; echo . >&2; i=$((i+1)); done`;
    expect(await run(talk(0.2), { silenceMs: 1_000 })).toMatchObject({ code: 0, trouble: null });
    expect(await run("echo said; sleep 30", { silenceMs: 300 })).toMatchObject({
      code: null,
      trouble: "stopped",
      stdout: "said\n",
    });
  });
});

test("no file is to be seen while the program runs, nor after it", async () => {
  const place = project({});
  temporary(place);
  const answer = run("sleep 0.5");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(readdirSync(place)).toEqual([]);
  await answer;
  expect(readdirSync(place)).toEqual([]);
});

test.skipIf(process.platform !== "linux")("what is written after the file was emptied is there", async () => {
  const { stderr } = await run("echo one >&2; sleep 0.4; echo two > /dev/stderr; sleep 0.4; echo three >&2");
  expect(stderr).toBe("one\ntwo\nthree\n");
});

test("a directory for temporary files that is nearly full is not used", async () => {
  const { bsize } = fs.statfsSync(tmpdir());
  const spy = vi.spyOn(fs, "statfsSync");
  onTestFinished(() => spy.mockRestore());
  const openedWith = (free: number) => {
    spy.mockReturnValue({ bavail: free / bsize, bsize } as fs.StatsFs);
    const output = openOutput(true);
    output.close();
    return output.stdio;
  };
  expect(openedWith(10 * MB)).toBe("pipe");
  expect(openedWith(1000 * MB)).toEqual(expect.any(Number));
});
