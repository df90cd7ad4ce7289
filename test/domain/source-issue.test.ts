import { describe, expect, test } from "vitest";
import { readSourceIssues, sortIssues } from "../../src/domain/source-issue.ts";

const OWN = { host: "github.com", owner: "acme", repo: "app" };

function closes(...texts: string[]) {
  return sortIssues(
    OWN,
    null,
    texts.flatMap((text) => readSourceIssues(text) ?? []),
  );
}

describe("spellings of a source issue", () => {
  test.each([
    ["github:#12", [12], []],
    ["#12", [12], []],
    ['"#12"', [12], []],
    ["'github:#12'", [12], []],
    ["github: #12", [12], []],
    ["GitHub:#12", [12], []],
    ["github:#76 # fixes 2 bugs", [76], []],
    ["github:#76  #2", [76], []],
    ["github:acme/app#12", [12], []],
    ["github:Acme/APP#12", [12], []],
    ["acme/app#12", [12], []],
    ["https://github.com/acme/app/issues/12", [12], []],
    ["https://GitHub.com/acme/app/issues/12#issuecomment-1", [12], []],
    ["github:other/app#12", [], ["other/app#12"]],
    ["github:acme/app2#12", [], ["acme/app2#12"]],
    ["https://github.com/other/lib/issues/5", [], ["other/lib#5"]],
    ["https://ghe.example/acme/app/issues/5", [], ["https://ghe.example/acme/app/issues/5"]],
    ["github:#12, github:#13", [12, 13], []],
    ["#12; #13,other/lib#4", [12, 13], ["other/lib#4"]],
    ["#12, #13 # fixes 2, #14", [12, 13], []],
    ["#12, see the tracker, #13", [12], []],
    ["DEBT-01", [], []],
    ["local", [], []],
    ["", [], []],
    ["#0", [], []],
    ["#12abc", [], []],
    ["fixes #12", [], []],
    ["#99999999999999999999", [], []],
  ])("%j", (text, numbers, mentions) => {
    expect(closes(text)).toEqual({ closes: numbers, mentions });
  });

  test.each([
    [".planning/issues/open/2026-01-02-login.md", ".planning/issues/open/2026-01-02-login.md"],
    ["./.planning/issues/open/a b.md", ".planning/issues/open/a b.md"],
    ['".planning/issues/open/a.md" # from the tracker', ".planning/issues/open/a.md"],
    [".planning/issues/open/a.md  see there", ".planning/issues/open/a.md"],
    ["docs/a.md", undefined],
    ["/etc/.planning/a.md", undefined],
    [".planning/issues/open/a.txt", undefined],
  ])("%j is a file", (text, path) => {
    const [source] = readSourceIssues(text) ?? [];
    expect(source?.kind === "file" ? source.path : undefined).toBe(path);
  });

  test.each(["local", "DEBT-01", "", "none", "-", '"local"'])("%j is no issue", (text) => {
    expect(readSourceIssues(text)).toEqual([]);
  });

  test.each(["fixes #12", "#0", "#12abc", "docs/a.md", "see the tracker", "https://example.com/12"])(
    "%j cannot be told",
    (text) => {
      expect(readSourceIssues(text)).toBeNull();
    },
  );

  test("two files are two", () => {
    const files = readSourceIssues("#4, .planning/issues/open/a, b.md, .planning/issues/open/c.md");
    expect(files).toMatchObject([
      { kind: "github" },
      { path: ".planning/issues/open/a, b.md" },
      { path: ".planning/issues/open/c.md" },
    ]);
  });

  test("a path of any length is read at once", () => {
    for (const text of [
      `.planning/${"a.md".repeat(100_000)}x`,
      "#1,".repeat(100_000),
      " # ".repeat(100_000),
    ]) {
      expect((readSourceIssues(text) ?? []).length).toBeLessThanOrEqual(50);
    }
  });
});

describe("all of a phase's issues", () => {
  test("are there once and in order", () => {
    expect(
      closes("#30", "github:#4", "acme/app#30", "z/z#1", "other/lib#2", "Other/Lib#2", "#100", "4"),
    ).toEqual({ closes: [4, 30, 100], mentions: ["other/lib#2", "z/z#1"] });
  });

  test("begin with the phase's own", () => {
    const sources = readSourceIssues("#3, #12, #40")!;
    expect(sortIssues(OWN, 12, sources).closes).toEqual([12, 3, 40]);
    expect(sortIssues(OWN, 7, []).closes).toEqual([7]);
  });

  test("of a server with a port are its own", () => {
    const source = readSourceIssues("https://ghe.example:8443/acme/app/issues/5")!;
    expect(sortIssues({ ...OWN, host: "ghe.example:8443" }, null, source).closes).toEqual([5]);
  });
});
