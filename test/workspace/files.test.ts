import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { HEAD_BYTES, MAX_FILE_BYTES, ProjectFiles, ReadCache } from "../../src/workspace/files.ts";
import { Link, project, write } from "../support/project.ts";

const open = (root: string, cache = new ReadCache()) => new ProjectFiles(root, cache);

describe("listing", () => {
  test("files and directories by code unit, missing directories are empty", () => {
    const root = project({ ".planning": { "b.md": "", "a.md": "", B: {}, "*": {} } });
    const files = open(root);
    expect(files.list(".planning").map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "directory *",
      "directory B",
      "file a.md",
      "file b.md",
    ]);
    expect(files.list(".planning/none")).toEqual([]);
    expect(files.list(".planning/a.md")).toEqual([]);
    expect(files.diagnostics).toEqual([]);
  });

  test("a link that leads out is left out and said; one that stays inside counts", () => {
    const outside = project({ "secret.md": "secret", deep: { "x.md": "secret" } });
    const root = project({
      ".planning": {
        "in.md": "text",
        "file.md": new Link("in.md"),
        "out.md": new Link(join(outside, "secret.md")),
        "dir-out": new Link(join(outside, "deep")),
        "chain.md": new Link("out.md"),
        "broken.md": new Link("nowhere"),
        "loop.md": new Link("loop.md"),
      },
    });
    const files = open(root);
    expect(files.list(".planning").map(({ name }) => name)).toEqual(["file.md", "in.md"]);
    expect(files.diagnostics.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      "PATH_OUTSIDE_ROOT .planning/chain.md",
      "PATH_OUTSIDE_ROOT .planning/dir-out",
      "PATH_OUTSIDE_ROOT .planning/out.md",
      "UNREADABLE_FILE .planning/loop.md",
    ]);
    expect(files.text(".planning/file.md")).toBe("text");
    expect(files.text(".planning/out.md")).toBeNull();
    expect(files.text(".planning/chain.md")).toBeNull();
    expect(files.text(".planning/dir-out/x.md")).toBeNull();
    expect(files.list(".planning/dir-out")).toEqual([]);
  });
});

describe("reading", () => {
  test("UTF-8, else Windows-1252", () => {
    const root = project({
      ".planning": { "u.md": "a — b", "w.md": Buffer.from([0x61, 0x20, 0x97, 0x20, 0x62]), "e.md": "" },
    });
    const files = open(root);
    expect(files.text(".planning/u.md")).toBe("a — b");
    expect(files.diagnostics).toEqual([]);
    expect(files.text(".planning/w.md")).toBe("a — b");
    expect(files.diagnostics).toMatchObject([{ code: "NOT_UTF8", path: ".planning/w.md" }]);
    expect(files.text(".planning/e.md")).toBe("");
  });

  test("a head that ends inside a character is still UTF-8", () => {
    for (const shift of [0, 1, 2, 3]) {
      const root = project({ ".planning": { "h.md": "a".repeat(shift) + "𝄞".repeat(HEAD_BYTES) } });
      const files = open(root);
      const text = files.text(".planning/h.md", "head")!;
      expect(text.length).toBeGreaterThan(HEAD_BYTES / 4);
      expect(text).not.toContain("\uFFFD");
      expect(files.diagnostics).toEqual([]);
    }
  });

  test("a file that is too large is left out and said, and its head can be read", () => {
    const root = project({ ".planning": { "big.md": "x" } });
    truncateSync(join(root, ".planning/big.md"), MAX_FILE_BYTES + 1);
    const files = open(root);
    expect(files.text(".planning/big.md")).toBeNull();
    expect(files.diagnostics).toMatchObject([{ code: "FILE_TOO_LARGE", path: ".planning/big.md" }]);
    expect(files.text(".planning/big.md", "head")).toHaveLength(HEAD_BYTES);
  });

  test("what is no regular file is not opened", () => {
    const root = project({ ".planning": { "d.md": {} } });
    execFileSync("mkfifo", [join(root, ".planning/p.md")]);
    const files = open(root);
    expect(files.text(".planning/d.md")).toBeNull();
    expect(files.text(".planning/p.md")).toBeNull();
    expect(files.list(".planning").map(({ name }) => name)).toEqual(["d.md"]);
  });
});

describe("remembering", () => {
  const settle = (path: string) => {
    const past = new Date(Date.now() - 60_000);
    utimesSync(path, past, past);
  };
  const counted = () => {
    let parses = 0;
    const parse = (text: string) => {
      parses++;
      return text;
    };
    return { parse, count: () => parses };
  };

  test("a file that was just written is read anew each time", () => {
    const root = project({ ".planning": { "a.md": "one" } });
    const cache = new ReadCache();
    const { parse } = counted();
    const read = () => open(root, cache).read(".planning/a.md", "whole", parse, "k");
    for (const text of ["one", "two", "six"]) {
      writeFileSync(join(root, ".planning/a.md"), text);
      expect(read()).toBe(text);
    }
  });

  test("an old file is parsed once, with its diagnostics each time, until it changes in any way", async () => {
    const root = project({ ".planning": { "a.md": Buffer.from([0x97]) } });
    const path = join(root, ".planning/a.md");
    settle(path);
    // The change time cannot be set; it has to pass.
    while (Date.now() - statSync(path).ctimeMs < 2_200)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const cache = new ReadCache();
    const { parse, count } = counted();
    const read = () => {
      const files = open(root, cache);
      return [files.read(".planning/a.md", "whole", parse, "k"), files.diagnostics.length];
    };
    expect([read(), read(), count()]).toEqual([["—", 1], ["—", 1], 1]);
    expect(open(root, cache).read(".planning/a.md", "whole", () => "other", "k2")).toBe("other");
    const times = statSync(path);
    writeFileSync(path, "x");
    utimesSync(path, times.atime, times.mtime);
    expect(read()).toEqual(["x", 0]);
    write(root, { ".planning/b.md": "y" });
    renameSync(join(root, ".planning/b.md"), path);
    expect(read()).toEqual(["y", 0]);
  });
});

describe("remembering directories", () => {
  /** As if every directory had been left alone for long; times of changes still differ from each other. */
  const remembering = () => {
    const now = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => now() + 60_000);
    onTestFinished(() => void vi.restoreAllMocks());
    return new ReadCache();
  };
  const each =
    (...changes: ((path: string) => unknown)[]) =>
    (path: string) => {
      for (const change of changes) change(path);
    };
  /** Until the file system's clock has moved on. */
  const tick = () => new Promise((resolve) => setTimeout(resolve, 40));
  const names = (files: ProjectFiles, path = ".planning/a") => {
    files.list(".planning");
    return files.list(path).map(({ name, kind }) => `${kind} ${name}`);
  };

  test("entries are the same objects until one comes, goes or becomes something else", async () => {
    const cache = remembering();
    const root = project({ ".planning": { a: { "x.md": "", b: { "y.md": "" } } } });
    const a = join(root, ".planning/a");
    await tick();
    const list = () => {
      const files = open(root, cache);
      files.list(".planning");
      return files.list(".planning/a");
    };
    const first = list();
    expect(list()).toBe(first);
    expect(names(open(root, cache), ".planning/a/b")).toEqual(["file y.md"]);
    writeFileSync(join(a, "x.md"), "an edit inside of a file is no change of its directory");
    expect(list()).toBe(first);
    for (const [change, expected] of [
      [() => writeFileSync(join(a, "n.md"), ""), ["directory b", "file n.md", "file x.md"]],
      [() => renameSync(join(a, "n.md"), join(a, "m.md")), ["directory b", "file m.md", "file x.md"]],
      [() => rmSync(join(a, "m.md")), ["directory b", "file x.md"]],
      [() => each(rmSync, mkdirSync)(join(a, "x.md")), ["directory b", "directory x.md"]],
      [() => each((path) => rmSync(path, { recursive: true }), mkdirSync)(a), []],
      [() => each(rmdirSync, (path) => writeFileSync(path, ""))(a), []],
      [() => rmSync(a), []],
    ] as const) {
      await tick();
      change();
      expect(names(open(root, cache))).toEqual(expected);
    }
  });

  test("where a link leads is asked anew, and a directory that became a link out is not listed", async () => {
    const cache = remembering();
    const outside = project({ "secret.md": "secret" });
    const root = project({
      ".planning": { a: { "in.md": "", "link.md": new Link("../target.md") }, "target.md": "" },
    });
    await tick();
    expect(names(open(root, cache))).toEqual(["file in.md", "file link.md"]);
    rmSync(join(root, ".planning/target.md"));
    write(root, { ".planning/target.md": new Link(join(outside, "secret.md")) });
    const files = open(root, cache);
    expect(names(files)).toEqual(["file in.md"]);
    expect(files.diagnostics).toMatchObject([
      { code: "PATH_OUTSIDE_ROOT", path: ".planning/target.md" },
      { code: "PATH_OUTSIDE_ROOT", path: ".planning/a/link.md" },
    ]);
    renameSync(join(root, ".planning/a"), join(outside, "a"));
    write(root, { ".planning/a": new Link(join(outside, "a")) });
    expect(names(open(root, cache))).toEqual([]);
    const late = open(root, cache);
    expect(late.list(".planning/a")).toEqual([]);
    expect(late.diagnostics).toMatchObject([{ code: "PATH_OUTSIDE_ROOT" }]);
  });

  test("what is derived lasts as long as all of its sources", () => {
    const cache = new ReadCache();
    const [one, two] = [{}, {}];
    let count = 0;
    const derive = (...sources: object[]) => cache.derive("k", sources, () => ++count);
    expect([derive(one), derive(one), derive(one, two), derive(one, two), derive(one)]).toEqual([
      1, 1, 2, 2, 3,
    ]);
    expect(cache.derive("other", [one], () => "other")).toBe("other");
    expect(derive(one)).toBe(3);
  });
});

test("a directory swapped for a link out is not read", () => {
  const outside = project({ "03-01-PLAN.md": "secret" });
  const root = project({ ".planning/phases": { "03-a": { "03-01-PLAN.md": "own" } } });
  const phases = join(root, ".planning/phases");
  renameSync(join(phases, "03-a"), join(phases, "04-b"));
  write(phases, { "03-a": new Link(outside) });
  mkdirSync(join(phases, "05-c"));
  const files = open(root);
  expect(files.text(".planning/phases/03-a/03-01-PLAN.md")).toBeNull();
  expect(files.text(".planning/phases/04-b/03-01-PLAN.md")).toBe("own");
});
