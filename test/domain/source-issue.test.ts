import { describe, expect, test } from "vitest";
import { readSourceIssue, type SourceIssue, sortIssues } from "../../src/domain/source-issue.ts";

const OWN = { host: "github.com", owner: "acme", repo: "app" };

function closes(...texts: string[]) {
  const sources = texts.map(readSourceIssue).filter((source): source is SourceIssue => source !== null);
  return sortIssues(OWN, null, sources);
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
    const source = readSourceIssue(text);
    expect(source?.kind === "file" ? source.path : undefined).toBe(path);
  });

  test("a path of any length is read at once", () => {
    expect(readSourceIssue(`.planning/${"a.md".repeat(100_000)}x`)).toBeNull();
  });
});

describe("all of a phase's issues", () => {
  test("are there once and in order", () => {
    expect(
      closes("#30", "github:#4", "acme/app#30", "z/z#1", "other/lib#2", "Other/Lib#2", "#100", "4"),
    ).toEqual({ closes: [4, 30, 100], mentions: ["other/lib#2", "z/z#1"] });
  });

  test("begin with the phase's own", () => {
    const sources = ["#3", "#12", "#40"].map((text) => readSourceIssue(text)!);
    expect(sortIssues(OWN, 12, sources).closes).toEqual([12, 3, 40]);
    expect(sortIssues(OWN, 7, []).closes).toEqual([7]);
  });

  test("of a server with a port are its own", () => {
    const source = readSourceIssue("https://ghe.example:8443/acme/app/issues/5")!;
    expect(sortIssues({ ...OWN, host: "ghe.example:8443" }, null, [source]).closes).toEqual([5]);
  });
});
