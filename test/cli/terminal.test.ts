import { describe, expect, test } from "vitest";
import { glyphs, paint, terminalOf } from "../../src/cli/terminal.ts";

const TTY = { isTTY: true, columns: 100 };
const PIPE = {};

test.each<[string, object, Record<string, string>, boolean]>([
  ["a terminal", TTY, {}, true],
  ["a pipe", PIPE, {}, false],
  ["NO_COLOR", TTY, { NO_COLOR: "1" }, false],
  ["an empty NO_COLOR, which is none", TTY, { NO_COLOR: "" }, true],
  ["a terminal that says it is dumb", TTY, { TERM: "dumb" }, false],
  ["NODE_DISABLE_COLORS", TTY, { NODE_DISABLE_COLORS: "1" }, false],
  ["FORCE_COLOR in a pipe", PIPE, { FORCE_COLOR: "1" }, true],
  ["an empty FORCE_COLOR in a pipe", PIPE, { FORCE_COLOR: "" }, true],
  ["FORCE_COLOR over NO_COLOR", PIPE, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ["FORCE_COLOR=0", TTY, { FORCE_COLOR: "0" }, false],
])("colour: %s", (_, stream, env, colour) => {
  const terminal = terminalOf(stream, env, "linux");
  expect(terminal.colour).toBe(colour);
  expect(paint(terminal, "bad", "x")).toBe(colour ? "\x1b[31mx\x1b[39m" : "x");
});

test.each<[Record<string, string>, string, boolean]>([
  [{ LANG: "en_US.UTF-8" }, "linux", true],
  [{ LANG: "C.utf8" }, "linux", true],
  [{ LANG: "C" }, "linux", false],
  [{}, "linux", false],
  [{}, "win32", true],
  [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, "linux", false],
  [{ LC_ALL: "", LC_CTYPE: "de_DE.UTF-8", LANG: "C" }, "linux", true],
])("%j on %s is Unicode: %s", (env, platform, unicode) => {
  const terminal = terminalOf(TTY, env, platform);
  expect(terminal.unicode).toBe(unicode);
  if (!unicode) expect(Object.values(glyphs(terminal)).join("")).toMatch(/^[\x20-\x7e]+$/);
});

describe("width", () => {
  test.each<[object, Record<string, string>, number]>([
    [TTY, {}, 100],
    [TTY, { COLUMNS: "60" }, 100],
    [PIPE, { COLUMNS: "60" }, 60],
    [PIPE, {}, 80],
    [PIPE, { COLUMNS: "wide" }, 80],
    [PIPE, { COLUMNS: "-5" }, 20],
    [PIPE, { COLUMNS: "32" }, 32],
    [{ isTTY: true, columns: 0 }, {}, 80],
    [{ isTTY: true, columns: 7 }, {}, 20],
    [{ isTTY: true, columns: 39 }, {}, 39],
    [{ isTTY: true, columns: 400 }, {}, 140],
  ])("%j with %j is %i columns", (stream, env, width) => {
    expect(terminalOf(stream, env, "linux").width).toBe(width);
  });
});
